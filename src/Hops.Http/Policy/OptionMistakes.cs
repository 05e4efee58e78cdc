using System.Net;
using System.Net.Sockets;

namespace Hops.Http.Policy;

/// <summary>What is wrong with options, in sentences that name the option.</summary>
internal static class OptionMistakes
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    public static IEnumerable<string> Of(HopGuardOptions options)
    {
        if (options.MinimumHops is null)
        {
            yield return $"{nameof(options.MinimumHops)} is not set. What is inside differs from one network to the next, so there is no default: "
                + "measure it with 'hops calibrate INSIDE.txt OUTSIDE.txt' or HopGuard.CalibrateAsync.";
        }
        else if (options.MinimumHops is < 1 or > HopDistance.LongestPlausible)
        {
            yield return $"{nameof(options.MinimumHops)} is {options.MinimumHops}; it must be from 1 to {HopDistance.LongestPlausible}.";
        }

        foreach ((string host, int hops) in options.MinimumHopsOf.Where(static pair => pair.Value is < 0 or > HopDistance.LongestPlausible))
        {
            yield return $"{nameof(options.MinimumHopsOf)} of '{host}' is {hops}; it must be from 0 to {HopDistance.LongestPlausible}.";
        }

        foreach (string host in options.MinimumHopsOf.Keys.Concat(options.AllowedNear.Where(static text => !IPNetwork.TryParse(text, out _))).Where(static host => Uri.CheckHostName(host) == UriHostNameType.Unknown))
        {
            yield return $"'{host}' is neither a host nor a network (written as 10.1.0.0/16).";
        }

        foreach (string network in options.AllowedSpecialPurpose.Concat(options.Refused).Where(static text => !IPNetwork.TryParse(text, out _)))
        {
            yield return $"'{network}' is not a network: write it as 10.1.0.0/16.";
        }

        foreach (string scheme in options.AllowedSchemes.Where(static scheme => scheme.ToLowerInvariant() is not ("http" or "https" or "ws" or "wss")))
        {
            yield return $"{nameof(options.AllowedSchemes)} has '{scheme}'; a guard knows http, https, ws and wss.";
        }

        if (options.AllowedSchemes.Count == 0)
        {
            yield return $"{nameof(options.AllowedSchemes)} is empty: nothing would be let through.";
        }

        if (!Enum.IsDefined(options.Mode))
        {
            yield return $"{nameof(options.Mode)} is {options.Mode}; it must be {HopGuardMode.Enforce} or {HopGuardMode.ReportOnly}.";
        }

        if (options.ConnectTimeout <= TimeSpan.Zero || options.ConnectTimeout > LongestTimeout)
        {
            yield return $"{nameof(options.ConnectTimeout)} is {options.ConnectTimeout}; it must be more than zero, up to a day.";
        }

        if (options.LookUpTimeout <= TimeSpan.Zero || options.LookUpTimeout > LongestTimeout)
        {
            yield return $"{nameof(options.LookUpTimeout)} is {options.LookUpTimeout}; it must be more than zero, up to a day.";
        }

        if (options.AddressFamily is not (AddressFamily.Unspecified or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            yield return $"{nameof(options.AddressFamily)} is {options.AddressFamily}; it must be {AddressFamily.InterNetwork} for IPv4, "
                + $"{AddressFamily.InterNetworkV6} for IPv6, or {AddressFamily.Unspecified} for both.";
        }

        if (options.Source is not (null or HopSource.SocketFilter or HopSource.PinnedFilter or HopSource.SocketOption))
        {
            yield return $"{nameof(options.Source)} is {options.Source}; only {HopSource.SocketFilter}, {HopSource.PinnedFilter} and {HopSource.SocketOption} measure the very connection that is used.";
        }
    }
}
