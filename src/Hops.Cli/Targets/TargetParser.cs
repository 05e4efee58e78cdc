using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hops.Cli.Targets;

/// <summary>Reads targets: <c>HOST</c>, <c>HOST:PORT</c>, addresses, <c>tcp://</c>, <c>tcp4://</c>, <c>tcp6://</c>, <c>udp4://</c>, <c>udp6://</c>, <c>http://</c> and <c>https://</c>.</summary>
/// <param name="defaultPort">For targets that name none; null for 443, and over UDP 53.</param>
/// <param name="defaultFamily">For targets whose scheme names none.</param>
internal sealed class TargetParser(int? defaultPort, AddressFamily defaultFamily)
{
    // A name of the DNS has at most 253 characters in ASCII, which the look-up checks, and fewer before it is converted.
    public const int LongestTarget = 2048;
    private const int LongestHost = 255;

    private const string Schemes = "tcp, tcp4, tcp6, udp4, udp6, http and https";
    private const int HttpsPort = 443;
    private const int DnsPort = 53;

    /// <param name="text">What the user wrote: anything.</param>
    /// <param name="target">The target.</param>
    /// <param name="error">Otherwise why it is none, as the end of a sentence.</param>
    public bool TryParse(string text, [NotNullWhen(true)] out Target? target, [NotNullWhen(false)] out string? error)
    {
        target = null;
        if (text.Length > LongestTarget)
        {
            error = $"longer than {LongestTarget} characters";
            return false;
        }

        ProtocolType protocol = ProtocolType.Tcp;
        AddressFamily family = defaultFamily;
        int port = defaultPort ?? HttpsPort;
        string authority = text;
        int separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator >= 0)
        {
            authority = text[(separator + 3)..];
            switch (text[..separator].ToUpperInvariant())
            {
                case "TCP":
                    break;
                case "TCP4":
                    family = AddressFamily.InterNetwork;
                    break;
                case "TCP6":
                    family = AddressFamily.InterNetworkV6;
                    break;
                case "UDP4" or "UDP6":
                    protocol = ProtocolType.Udp;
                    family = text[separator - 1] == '4' ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
                    port = defaultPort ?? DnsPort;
                    break;
                case "HTTP":
                    port = 80;
                    authority = WithoutPath(authority);
                    break;
                case "HTTPS":
                    port = HttpsPort;
                    authority = WithoutPath(authority);
                    break;
                default:
                    error = $"unknown scheme '{Printable(text[..separator])}': known are {Schemes}";
                    return false;
            }
        }

        if (!TrySplit(authority, out string host, out string? portText, out error) || !IsHost(host, out error))
        {
            return false;
        }

        if (portText is not null && !TryParsePort(portText, out port))
        {
            error = $"port '{Printable(portText)}' is not a number from 1 to 65535";
            return false;
        }

        target = new Target(protocol, host, port, family);
        return true;
    }

    /// <summary>The text with control characters made visible, so that no input can steer a terminal.</summary>
    public static string Printable(string text)
    {
        string shortened = text.Length > LongestHost ? $"{text[..LongestHost]}…" : text;
        return AllPrintable(shortened) ? shortened : string.Concat(shortened.Select(static c => IsPrintable(c) ? c.ToString() : $"\\u{(int)c:x4}"));
    }

    /// <summary>Whether a terminal shows every character of the text, and does nothing else.</summary>
    public static bool AllPrintable(string text)
    {
        foreach (char c in text)
        {
            if (!IsPrintable(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a terminal shows the character, and does nothing else.</summary>
    public static bool IsPrintable(char c) => c is >= ' ' and <= '~'
        || CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.OtherNotAssigned);

    private static string WithoutPath(string rest)
    {
        int end = rest.AsSpan().IndexOfAny('/', '?', '#');
        return end < 0 ? rest : rest[..end];
    }

    private static bool TrySplit(string authority, out string host, out string? port, [NotNullWhen(false)] out string? error)
    {
        host = authority;
        port = null;
        error = null;
        if (authority.StartsWith('['))
        {
            int close = authority.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
            {
                error = "'[' without ']'";
                return false;
            }

            // In URLs the zone's percent sign is itself escaped (RFC 6874).
            host = authority[1..close].Replace("%25", "%", StringComparison.Ordinal);
            string rest = authority[(close + 1)..];
            if (rest.Length > 0 && rest[0] != ':')
            {
                error = $"'{Printable(rest)}' after ']': expected ':PORT'";
                return false;
            }

            port = rest.Length == 0 ? null : rest[1..];
            return IsIpv6(host) || Fail($"'{Printable(host)}' in brackets is not an IPv6 address", out error);
        }

        int colon = authority.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && authority.IndexOf(':', colon + 1) < 0)
        {
            host = authority[..colon];
            port = authority[(colon + 1)..];
        }

        return true;
    }

    private static bool IsHost(string host, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (host.Length == 0)
        {
            return Fail("there is no host", out error);
        }

        if (host.Contains('@', StringComparison.Ordinal))
        {
            return Fail("user names are not supported", out error);
        }

        if (host.Contains(':', StringComparison.Ordinal))
        {
            return IsIpv6(host) || Fail($"'{Printable(host)}' is neither HOST:PORT nor an IPv6 address", out error);
        }

        if (host.Length > LongestHost)
        {
            return Fail($"a host has at most {LongestHost} characters", out error);
        }

        foreach (char c in host)
        {
            // Beyond ASCII, IDNA decides when the name is looked up.
            bool allowed = char.IsAscii(c) ? char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' : IsPrintable(c) || char.IsSurrogate(c);
            if (!allowed)
            {
                return Fail(c == '/' ? "a path is for http and https only" : $"'{Printable(c.ToString())}' cannot stand in a host", out error);
            }
        }

        return true;
    }

    private static bool IsIpv6(string host)
    {
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        return host.Length > 0 && host[0] != '['
            && IPAddress.TryParse(zone < 0 ? host : host[..zone], out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            && (zone < 0 || IsZone(host.AsSpan(zone + 1)));
    }

    /// <summary>The name or the number of an interface; names have up to 15 characters, neither space nor '/' (Linux: dev_valid_name).</summary>
    private static bool IsZone(ReadOnlySpan<char> zone)
    {
        foreach (char c in zone)
        {
            if (c is <= ' ' or >= '\x7f' or '/' or ':' or '%' or ']')
            {
                return false;
            }
        }

        return zone.Length is > 0 and <= 15;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= ushort.MaxValue;

    private static bool Fail(string message, out string error)
    {
        error = message;
        return false;
    }
}
