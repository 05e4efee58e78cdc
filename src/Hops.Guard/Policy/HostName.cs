using System.Buffers;
using System.Net;
using Hops.Common.Addresses;

namespace Hops.Guard.Policy;

/// <summary>
/// A host as hosts are compared: a name in lower case, in ASCII and without the dot at its end that makes it absolute, or an address in its usual notation.
/// </summary>
internal static class HostName
{
    // RFC 1035, section 2.3.4, less the length bytes and the final dot.
    private const int LongestName = 253;

    // Shorter than the longest label of a name (RFC 1035, section 2.3.4): then none is too long.
    private const int LongestLabel = 63;

    private static readonly SearchValues<char> HexadecimalDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    /// <summary>The beginning of a pattern.</summary>
    public const string AnyBelow = "*.";

    /// <param name="host">The host of a request, without brackets.</param>
    public static string Canonical(string host)
    {
        string name = host.EndsWith('.') ? host[..^1] : host;
        return !IPAddress.TryParse(name, out IPAddress? address) ? name.ToLowerInvariant()
            : name.Length == host.Length ? Written(address)
            // With the dot it is a name, and is looked up.
            : host;
    }

    /// <summary>Reads a host of the options.</summary>
    /// <param name="text">A name, also an internationalized one, or an address: <c>192.0.2.1</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]</c>.</param>
    /// <param name="host">The host as hosts are compared.</param>
    /// <param name="problem">What is wrong with the text: a clause without a full stop. Empty where there is nothing to add.</param>
    public static bool TryRead(string text, out string host, out string? problem)
    {
        host = "";
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TryReadAddress(text is ['[', .. string literal, ']'] ? literal : text, out host, out problem);
        }

        string? name = Ascii(text);
        // A host that ends in a number is an address to resolvers and browsers (URL Standard, section 3.5), perhaps in one of the old forms.
        if (name is not null && EndsInNumber(name))
        {
            return TryReadAddress(text, out host, out problem);
        }

        problem = name is null ? "" : null;
        host = name ?? "";
        return name is not null;
    }

    /// <summary>Reads a host of the options, or a pattern: <c>*.partner.example</c>, all names below a name.</summary>
    /// <param name="text">As written.</param>
    /// <param name="pattern">As hosts are compared; a pattern with the two characters before.</param>
    /// <param name="problem">What is wrong with the text: a clause without a full stop. Empty where there is nothing to add.</param>
    public static bool TryReadPattern(string text, out string pattern, out string? problem)
    {
        if (!text.StartsWith(AnyBelow, StringComparison.Ordinal))
        {
            return TryRead(text, out pattern, out problem);
        }

        string? name = Ascii(text[AnyBelow.Length..]);
        bool isRead = name is not null && !EndsInNumber(name);
        pattern = isRead ? AnyBelow + name : "";
        problem = isRead ? null : "a name must follow the star";
        return isRead;
    }

    /// <returns>The same; an IPv6 address of a URL comes in brackets (RFC 3986, section 3.2.2), and goes without.</returns>
    public static DnsEndPoint WithoutBrackets(DnsEndPoint endPoint) =>
        endPoint.Host is ['[', .. string address, ']'] ? new DnsEndPoint(address, endPoint.Port) : endPoint;

    /// <returns>The host and port that a URL names. One without a host is of this host, as <c>file:///</c> (RFC 8089, section 2).</returns>
    public static DnsEndPoint EndPointOf(Uri uri) => new(uri.IdnHost.Length == 0 ? "localhost" : uri.IdnHost, Math.Max(uri.Port, 0));

    /// <returns>
    /// The host and port that a caller names, as a URL's connection has them: a name in ASCII, with the dot at its end if it has one, or an address. Null if
    /// the host is neither.
    /// </returns>
    public static DnsEndPoint? EndPointOf(string host, int port)
    {
        if (IsPlain(host))
        {
            return new DnsEndPoint(host, port);
        }

        // Both forms of an IPv6 address, and nothing else, have colons.
        string inUri = host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host;
        return Uri.CheckHostName(inUri) != UriHostNameType.Unknown && Uri.TryCreate($"{Uri.UriSchemeHttps}://{inUri}/", UriKind.Absolute, out Uri? uri)
            ? WithoutBrackets(new DnsEndPoint(uri.IdnHost, port))
            : null;
    }

    /// <summary>
    /// Whether a URL's connection would have the host just as it is written, which is the usual case: a name of lower-case letters, digits and hyphens, or an
    /// IPv4 address in its usual notation.
    /// </summary>
    private static bool IsPlain(string host)
    {
        if (host.Length > LongestLabel || host.AsSpan().ContainsAnyExcept(Plain) || host.StartsWith('.') || host.StartsWith('-') || host.EndsWith('-')
            || host.Contains("..", StringComparison.Ordinal) || host.Contains(".-", StringComparison.Ordinal) || host.Contains("-.", StringComparison.Ordinal))
        {
            return false;
        }

        return EndsInNumber(host) ? AddressNotation.TryReadAddress(host, out _, out _) : !host.EndsWith('.');
    }

    private static string Written(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private static bool TryReadAddress(string text, out string host, out string? problem)
    {
        bool read = AddressNotation.TryReadAddress(text, out IPAddress? address, out problem);
        host = read ? Written(address!) : "";
        return read;
    }

    /// <returns>
    /// A name of any script as a URL's connection has it, <c>xn--bcher-kva.example</c>, in lower case and without a dot at its end; null if it is no name.
    /// </returns>
    private static string? Ascii(string text)
    {
        if (Uri.CheckHostName(text) == UriHostNameType.Unknown || !Uri.TryCreate($"{Uri.UriSchemeHttps}://{text}/", UriKind.Absolute, out Uri? uri))
        {
            return null;
        }

        string name = uri.IdnHost.ToLowerInvariant();
        name = name.EndsWith('.') ? name[..^1] : name;
        return name.Length is > 0 and <= LongestName && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? name : null;
    }

    private static bool EndsInNumber(ReadOnlySpan<char> name)
    {
        ReadOnlySpan<char> last = name[(name.LastIndexOf('.') + 1)..];
        return last.StartsWith("0x", StringComparison.Ordinal)
            ? !last[2..].ContainsAnyExcept(HexadecimalDigits)
            : !last.ContainsAnyExceptInRange('0', '9');
    }
}
