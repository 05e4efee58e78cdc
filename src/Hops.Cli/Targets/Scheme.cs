using System.Net.Sockets;

namespace Hops.Cli.Targets;

/// <summary>Represents the scheme of a target, before its <c>://</c>.</summary>
/// <param name="Name">The name in lower case; case does not matter.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Family">IPv4, IPv6, or either.</param>
/// <param name="Port">The port of targets that name none.</param>
/// <param name="IsUrl">Whether a path may follow the host, and the port without one is fixed: <c>--port</c> does not change it.</param>
internal sealed record Scheme(string Name, ProtocolType Protocol, AddressFamily Family, int Port, bool IsUrl = false)
{
    private const int HttpsPort = 443;
    private const int DnsPort = 53;

    /// <summary>Gets the scheme of targets without one.</summary>
    public static Scheme Tcp { get; } = new("tcp", ProtocolType.Tcp, AddressFamily.Unspecified, HttpsPort);

    private static readonly Scheme[] All =
    [
        Tcp,
        new("tcp4", ProtocolType.Tcp, AddressFamily.InterNetwork, HttpsPort),
        new("tcp6", ProtocolType.Tcp, AddressFamily.InterNetworkV6, HttpsPort),
        new("udp4", ProtocolType.Udp, AddressFamily.InterNetwork, DnsPort),
        new("udp6", ProtocolType.Udp, AddressFamily.InterNetworkV6, DnsPort),
        new("http", ProtocolType.Tcp, AddressFamily.Unspecified, 80, IsUrl: true),
        new("https", ProtocolType.Tcp, AddressFamily.Unspecified, HttpsPort, IsUrl: true),
    ];

    /// <summary>Gets all names, as a list in a sentence.</summary>
    public static string Names => $"{string.Join(", ", All.SkipLast(1).Select(static scheme => scheme.Name))} and {All[^1].Name}";

    /// <summary>Returns the scheme of a name, or null.</summary>
    public static Scheme? Find(string name) => Array.Find(All, scheme => scheme.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
