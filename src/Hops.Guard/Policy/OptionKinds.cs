using System.Globalization;
using System.Net.Sockets;
using Hops.Common.Addresses;

namespace Hops.Guard.Policy;

/// <summary>The kinds of values that options take.</summary>
internal static class OptionKinds
{
    private static readonly string[] KnownSchemes = [Uri.UriSchemeHttp, Uri.UriSchemeHttps, Uri.UriSchemeWs, Uri.UriSchemeWss];

    // A bare number would be days, and two numbers hours and minutes.
    private static readonly string[] TimeFormats = [@"hh\:mm\:ss", @"hh\:mm\:ss\.FFFFFFF", @"d\.hh\:mm\:ss", @"d\.hh\:mm\:ss\.FFFFFFF"];

    public static OptionKind<bool> Flag { get; } = new("true or false", TryReadFlag, static _ => null);

    /// <summary>From 1: a minimum of 0 refuses nothing.</summary>
    public static OptionKind<int> Minimum { get; } = Number("a number of hops", 1, HopDistance.MaximumPlausibleHops);

    /// <summary>Of a host or a network.</summary>
    public static OptionKind<int> OwnMinimum { get; } = Number("a number of hops", 0, HopDistance.MaximumPlausibleHops);

    public static OptionKind<int> Port { get; } = Number("a port", 1, ushort.MaxValue);

    public static OptionKind<string> Host { get; } = Text(
        "a host without a port, such as partner.example, *.partner.example, 192.0.2.1 or 2001:db8::1",
        static text => HostName.TryReadPattern(text, out _, out string? problem) ? null : problem);

    public static OptionKind<string> Network { get; } = Text(
        "a network, written as 10.1.0.0/16 or 2001:db8::/32",
        static text => AddressNotation.TryReadNetwork(text, out _, out string? problem) ? null : problem);

    public static OptionKind<string> Scheme { get; } = Text(
        "http, https, ws or wss",
        static text => KnownSchemes.Contains(text, StringComparer.OrdinalIgnoreCase) ? null : "");

    public static OptionKind<HopGuardMode> Mode { get; } = OneOf([HopGuardMode.Enforce, HopGuardMode.ReportOnly], "");

    /// <summary>The sources that measure the connection that is used.</summary>
    public static OptionKind<HopMeterSource> Source { get; } = OneOf(
        [HopMeterSource.SocketFilter, HopMeterSource.PinnedFilter, HopMeterSource.SocketOption],
        ", which measure the connection that is used");

    public static OptionKind<AddressFamily> Family { get; } = OneOf(
        [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6, AddressFamily.Unspecified],
        ": IPv4 alone, IPv6 alone, both");

    public static OptionKind<TimeSpan> Timeout { get; } = new(
        "more than zero and up to a day, written as 00:00:15",
        static (string text, out TimeSpan value) => TimeSpan.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, TimeSpanStyles.None, out value),
        static value => value > TimeSpan.Zero && value <= TimeSpan.FromDays(1) ? null : "");

    private static OptionKind<int> Number(string what, int least, int most) => new(
        string.Create(CultureInfo.InvariantCulture, $"{what} from {least} to {most}"),
        static (string text, out int value) => AddressNotation.TryReadNumber(text, int.MaxValue, out value),
        value => value >= least && value <= most ? null : "");

    private static OptionKind<string> Text(string expected, Func<string, string?> problem) => new(
        expected,
        static (string text, out string value) =>
        {
            value = text;
            return true;
        },
        problem);

    /// <summary>By their names: a number, or several names at once, is none.</summary>
    private static OptionKind<T> OneOf<T>(T[] values, string why)
        where T : struct, Enum => new(
        $"{string.Join(", ", values[..^1])} or {values[^1]}{why}",
        (string text, out T value) =>
        {
            int index = Array.FindIndex(values, known => known.ToString().Equals(text, StringComparison.OrdinalIgnoreCase));
            value = index < 0 ? default : values[index];
            return index >= 0;
        },
        value => values.Contains(value) ? null : "");

    private static bool TryReadFlag(string text, out bool value)
    {
        value = text.Equals(bool.TrueString, StringComparison.OrdinalIgnoreCase);
        return value || text.Equals(bool.FalseString, StringComparison.OrdinalIgnoreCase);
    }
}
