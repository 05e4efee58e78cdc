using System.Net;

namespace Hops.Http.Policy;

/// <summary>A host's name as names are compared: without the dot at its end that makes it absolute. Case does not matter to whoever compares.</summary>
internal static class HostName
{
    public static string Canonical(string host) => host.EndsWith('.') ? host[..^1] : host;

    /// <returns>A name of another script as a URL's connection has it: <c>xn--bcher-kva.example</c>.</returns>
    public static string Ascii(string host) => new UriBuilder(Uri.UriSchemeHttps, host).Uri.IdnHost;

    /// <returns>The IPv6 address that stands in brackets (RFC 3986, section 3.2.2); null for any other host.</returns>
    public static string? WithoutBrackets(string host) => host is ['[', .. string address, ']'] ? address : null;

    /// <returns>The host and port that a URL names. One without a host is of this host, as <c>file:///</c> (RFC 8089, section 2).</returns>
    public static DnsEndPoint EndPointOf(Uri uri) => new(uri.IdnHost.Length == 0 ? "localhost" : uri.IdnHost, Math.Max(uri.Port, 0));
}
