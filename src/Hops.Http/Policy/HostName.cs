using System.Net;

namespace Hops.Http.Policy;

/// <summary>A host's name as names are compared: without the dot at its end that makes it absolute. Case does not matter to whoever compares.</summary>
internal static class HostName
{
    public static string Canonical(string host) => host.EndsWith('.') ? host[..^1] : host;

    /// <returns>A name of another script as a URL's connection has it: <c>xn--bcher-kva.example</c>.</returns>
    public static string Ascii(string host) => new UriBuilder(Uri.UriSchemeHttps, host).Uri.IdnHost;

    /// <returns>The same; an IPv6 address of a URL comes in brackets (RFC 3986, section 3.2.2), and goes without.</returns>
    public static DnsEndPoint WithoutBrackets(DnsEndPoint endPoint) =>
        endPoint.Host is ['[', .. string address, ']'] ? new DnsEndPoint(address, endPoint.Port) : endPoint;

    /// <returns>The host and port that a URL names. One without a host is of this host, as <c>file:///</c> (RFC 8089, section 2).</returns>
    public static DnsEndPoint EndPointOf(Uri uri) => new(uri.IdnHost.Length == 0 ? "localhost" : uri.IdnHost, Math.Max(uri.Port, 0));
}
