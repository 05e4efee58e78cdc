using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Output;

namespace Hops.Cli.Targets;

/// <summary>Parses targets: <c>HOST</c>, <c>HOST:PORT</c>, addresses, and texts with a <see cref="Scheme"/>.</summary>
/// <param name="defaultPort">The port of targets that name none; null for that of their scheme.</param>
/// <param name="defaultFamily">The family of targets whose scheme names none.</param>
/// <param name="hasInterface">Whether an option names the interface, so that link-local addresses need no zone.</param>
internal sealed class TargetParser(int? defaultPort = null, AddressFamily defaultFamily = AddressFamily.Unspecified, bool hasInterface = false)
{
    // A name of the DNS has at most 253 characters in ASCII, which the look-up checks. Before its conversion a name is shorter.
    public const int LongestTarget = 2048;
    private const int LongestHost = 255;

    /// <summary>The forms of a target for the help, indented by two columns.</summary>
    public const string Forms = """
          example.com  example.com:8080  192.0.2.1  2001:db8::1  [2001:db8::1]:8080  [fe80::1%eth0]:8080
          tcp://HOST:PORT  tcp4://HOST:PORT  tcp6://HOST:PORT  http://HOST[:PORT]/…  https://HOST[:PORT]/…
          udp4://HOST:PORT  udp6://HOST:PORT
        """;

    /// <summary>Returns a target in a form to print. A text that is not a target may have a user's name and password before an at sign.</summary>
    public static string WithoutPassword(string text) =>
        (Credentials.MayBeIn(text) || text.Length > LongestTarget) && !new TargetParser().TryParse(text, out _, out _) ? Credentials.Hide(text) : text;

    /// <param name="text">Any text of the user.</param>
    /// <param name="target">The target.</param>
    /// <param name="error">Otherwise why the text is not a target, as the end of a sentence. It contains no part of a user's name or password.</param>
    public bool TryParse(string text, [NotNullWhen(true)] out Target? target, [NotNullWhen(false)] out string? error)
    {
        bool isTarget = TryRead(text, out target, out error);
        if (!isTarget && Credentials.MayBeIn(text))
        {
            error = "user names and passwords are not supported: give the host alone";
        }

        return isTarget;
    }

    private bool TryRead(string text, [NotNullWhen(true)] out Target? target, [NotNullWhen(false)] out string? error)
    {
        target = null;
        if (text.Length > LongestTarget)
        {
            error = $"longer than {LongestTarget} characters";
            return false;
        }

        Scheme? scheme = Scheme.Tcp;
        string authority = text;
        int separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator >= 0)
        {
            scheme = Scheme.Find(text[..separator]);
            if (scheme is null)
            {
                error = $"unknown scheme '{TerminalText.Escape(text[..separator])}': the known ones are {Scheme.Names}";
                return false;
            }

            authority = scheme.IsUrl ? WithoutPath(text[(separator + 3)..]) : text[(separator + 3)..];
        }

        if (Credentials.MayBeIn(authority))
        {
            error = "";
            return false;
        }

        if (IPNetwork.TryParse(authority, out _))
        {
            error = $"'{TerminalText.Escape(authority)}' is a network: list its hosts one by one";
            return false;
        }

        if (authority.StartsWith('['))
        {
            authority = WithPlainZone(authority, isUri: separator >= 0);
        }

        if (!TrySplit(authority, out string host, out string? portText, out error) || !IsHost(host, scheme, out error))
        {
            return false;
        }

        int port = scheme.IsUrl ? scheme.Port : defaultPort ?? scheme.Port;
        if (portText is not null && !TryParsePort(portText, out port))
        {
            error = $"port '{TerminalText.Escape(portText)}' is not a number from 1 to 65535";
            return false;
        }

        target = new Target(scheme.Protocol, host, port, scheme.Family == AddressFamily.Unspecified ? defaultFamily : scheme.Family);
        return true;
    }

    /// <summary>Unescapes the percent sign before a zone, which URLs escape (RFC 6874). Elsewhere 25, or 252, may be the number of the interface.</summary>
    private static string WithPlainZone(string authority, bool isUri)
    {
        int zone = authority.IndexOf("%25", StringComparison.Ordinal);
        bool isEscaped = zone >= 0 && (isUri || (zone + 3 < authority.Length && !char.IsAsciiDigit(authority[zone + 3]) && authority[zone + 3] != ']'));
        return isEscaped ? $"{authority[..zone]}%{authority[(zone + 3)..]}" : authority;
    }

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

            host = authority[1..close];
            string rest = authority[(close + 1)..];
            if (rest.Length > 0 && rest[0] != ':')
            {
                error = $"'{TerminalText.Escape(rest)}' after ']': expected ':PORT'";
                return false;
            }

            port = rest.Length == 0 ? null : rest[1..];
            return IsIpv6(host) || Fail($"'{TerminalText.Escape(host)}' in brackets is not an IPv6 address", out error);
        }

        int colon = authority.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && authority.IndexOf(':', colon + 1) < 0)
        {
            host = authority[..colon];
            port = authority[(colon + 1)..];
        }

        return true;
    }

    private bool IsHost(string host, Scheme scheme, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (host.Length == 0)
        {
            return Fail("the host is missing", out error);
        }

        if (host[0] == '-')
        {
            return Fail(host == "-" ? "'-' means standard input only after --input" : "a host does not begin with '-'", out error);
        }

        if (host.Contains(':', StringComparison.Ordinal))
        {
            return !IsIpv6(host) ? Fail($"'{TerminalText.Escape(host)}' is neither HOST:PORT nor an IPv6 address", out error)
                : hasInterface || LinkLocal.WhatIsMissing(host) is not { } missing || Fail(missing, out error);
        }

        if (host.Length > LongestHost)
        {
            return Fail($"a host has at most {LongestHost} characters", out error);
        }

        foreach (char c in host)
        {
            // Characters beyond ASCII are checked by IDNA when the name is looked up.
            bool allowed = char.IsAscii(c) ? char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' : TerminalText.IsSafe(c) || char.IsSurrogate(c);
            if (!allowed)
            {
                return Fail(
                    c == '/' ? "only http and https take a path"
                    : c == ' ' && NumericHost.IsNumber(host[(host.IndexOf(' ', StringComparison.Ordinal) + 1)..])
                        ? "write a port after its host and a colon, without a blank"
                    : $"a host cannot contain '{TerminalText.Escape(c.ToString())}'", out error);
            }
        }

        return NumericHost.WhyNot(host, scheme.Family == AddressFamily.InterNetwork) is not { } mistake || Fail(mistake, out error);
    }

    private static bool IsIpv6(string host)
    {
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        return host.Length > 0 && host[0] != '['
            && IPAddress.TryParse(zone < 0 ? host : host[..zone], out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            && (zone < 0 || IsZone(host.AsSpan(zone + 1)));
    }

    /// <summary>
    /// Returns whether a text is the name or number of an interface. Names have up to 15 characters, without space and '/' (Linux: dev_valid_name).
    /// </summary>
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
