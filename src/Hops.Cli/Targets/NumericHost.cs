using System.Net;
using System.Net.Sockets;
using Hops.Cli.Output;

namespace Hops.Cli.Targets;

/// <summary>
/// Checks hosts that end in a number. No name of the DNS does (RFC 3696, section 2), so such a host is an IPv4 address or a mistake. inet_aton(3) accepts
/// older forms, in which <c>443</c> is 0.0.1.187 and <c>010.0.0.1</c> is 8.0.0.1.
/// </summary>
internal static class NumericHost
{
    /// <summary>Returns whether a word is a number, and so probably a port, as nc, telnet and tcptraceroute take it.</summary>
    public static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    /// <param name="host">The host: not empty, and only with characters of names.</param>
    /// <param name="isIpv4Meant">Whether the scheme names IPv4: then the older forms are addresses.</param>
    /// <returns>A message; null if the host is valid.</returns>
    public static string? WhyNot(string host, bool isIpv4Meant)
    {
        ReadOnlySpan<char> last = host.AsSpan(host.AsSpan().TrimEnd('.').LastIndexOf('.') + 1).TrimEnd('.');
        if (last.IsEmpty || !(last.IndexOfAnyExceptInRange('0', '9') < 0 || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        bool isAddress = IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork;
        return isAddress && (isIpv4Meant || address!.ToString() == host) ? null
            : IsNumber(host) ? $"'{host}' is a number, not a host: write a port after its host, as in example.com:{(host.Length <= 5 ? host : "443")}"
            : isAddress ? $"'{host}' is an old form of {address}: write that"
            : $"'{TerminalText.Escape(host)}' is not an IPv4 address, which has four numbers from 0 to 255";
    }
}
