using System.Net;
using System.Net.Sockets;

namespace Hops.Lab;

/// <summary>
/// Represents a chain of network namespaces, <c>client – r1 … rN – server</c>, connected by virtual Ethernet pairs, with IPv4 and IPv6. The distance from
/// client to server is exactly N.
/// </summary>
/// <remarks>Addresses are from the ranges for benchmarks and documentation: 198.18.0.0/15 (RFC 2544) and 2001:db8::/32 (RFC 3849).</remarks>
public sealed class LabNetwork : IDisposable
{
    /// <summary>The maximum number of routers that a packet with the usual initial TTL of 64 can cross.</summary>
    public const int MostRouters = 62;

    private const string TowardsServer = "toserver";
    private const string TowardsClient = "toclient";

    private readonly NetworkNamespace[] _nodes;

    private LabNetwork(NetworkNamespace[] nodes) => _nodes = nodes;

    /// <summary>Gets the number of routers between client and server.</summary>
    public int Routers => _nodes.Length - 2;

    /// <summary>Gets the namespace of the client. Its interface is <c>toserver</c>.</summary>
    public NetworkNamespace Client => _nodes[0];

    /// <summary>Gets the namespace of the server. Its interface is <c>toclient</c>.</summary>
    public NetworkNamespace Server => _nodes[^1];

    /// <summary>Builds the network: about 10 milliseconds a router.</summary>
    /// <param name="routers">From 0 to <see cref="MostRouters"/>.</param>
    /// <exception cref="LabUnavailableException">Linux, root or iproute2 is missing; the message says which.</exception>
    public static LabNetwork Create(int routers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(routers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(routers, MostRouters);
        List<NetworkNamespace> nodes = [];
        try
        {
            for (int i = 0; i < routers + 2; i++)
            {
                NetworkNamespace node = NetworkNamespace.Create();
                nodes.Add(node);
                // No automatic link-local addresses: the kernel would spend a second looking for duplicates.
                node.SetSysctl("net/ipv6/conf/default/addr_gen_mode", 1);
            }

            for (int i = 0; i < nodes.Count; i++)
            {
                nodes[i].Ip(Commands(i, nodes));
                if (i > 0 && i < nodes.Count - 1)
                {
                    nodes[i].SetSysctl("net/ipv4/ip_forward", 1);
                    nodes[i].SetSysctl("net/ipv6/conf/all/forwarding", 1);
                }
            }
        }
        catch (Exception e)
        {
            nodes.ForEach(static n => n.Dispose());
            if (e is InvalidOperationException or IOException or UnauthorizedAccessException)
            {
                throw new LabUnavailableException(
                    $"The network could not be built; the lab needs IPv4, IPv6 and virtual Ethernet (veth) in the kernel. {e.Message}", e);
            }

            throw;
        }

        return new LabNetwork([.. nodes]);
    }

    /// <summary>The address of the server.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    public IPAddress ServerAddress(AddressFamily family) => AddressAt(Routers, family);

    /// <summary>Returns the namespace at a distance from the client: the server, or a router, which can also listen.</summary>
    /// <param name="distance">From 0 to <see cref="Routers"/>.</param>
    public NetworkNamespace HostAt(int distance)
    {
        ThrowIfNotThere(distance);
        return _nodes[distance + 1];
    }

    /// <summary>The address of a host at a distance: that of its interface towards the client.</summary>
    /// <param name="distance">From 0 to <see cref="Routers"/>.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    public IPAddress AddressAt(int distance, AddressFamily family)
    {
        ThrowIfNotThere(distance);
        return IPAddress.Parse(family == AddressFamily.InterNetwork ? $"198.18.{distance}.2" : $"2001:db8:0:{distance:x}::2");
    }

    /// <summary>Sets the initial TTL and hop limit of the server's packets.</summary>
    public void SetServerInitialTtl(int ttl)
    {
        Server.SetSysctl("net/ipv4/ip_default_ttl", ttl);
        Server.SetSysctl($"net/ipv6/conf/{TowardsClient}/hop_limit", ttl);
    }

    /// <summary>Releases all namespaces.</summary>
    public void Dispose()
    {
        foreach (NetworkNamespace node in _nodes)
        {
            node.Dispose();
        }
    }

    private void ThrowIfNotThere(int distance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(distance);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(distance, Routers);
    }

    /// <summary>
    /// What to set up in node <paramref name="i"/>. Link i joins the nodes i (address 1) and i + 1 (address 2). Each node makes the link to the next one, so
    /// the one before must have been set up.
    /// </summary>
    private static IEnumerable<string> Commands(int i, List<NetworkNamespace> nodes)
    {
        int last = nodes.Count - 1;
        yield return "link set lo up";
        if (i > 0)
        {
            yield return $"address add 198.18.{i - 1}.2/30 dev {TowardsClient}";
            // Without 'nodad' an IPv6 address is unusable for a second, while the kernel looks for a duplicate.
            yield return $"address add 2001:db8:0:{i - 1:x}::2/64 dev {TowardsClient} nodad";
            yield return $"address add fe80::2/64 dev {TowardsClient} nodad";
            yield return $"link set {TowardsClient} up";
        }

        if (i < last)
        {
            // Different indices at both ends: where they are equal, the kernel takes its time, up to a second, to notice that the link is up.
            yield return $"link add {TowardsServer} index 10 type veth peer name {TowardsClient} index 20 netns {nodes[i + 1].Path}";
            yield return $"address add 198.18.{i}.1/30 dev {TowardsServer}";
            yield return $"address add 2001:db8:0:{i:x}::1/64 dev {TowardsServer} nodad";
            yield return $"address add fe80::1/64 dev {TowardsServer} nodad";
            yield return $"link set {TowardsServer} up";
            yield return $"route add default via 198.18.{i}.2";
            yield return $"route add ::/0 via 2001:db8:0:{i:x}::2";
        }

        if (i > 1)
        {
            string destination = i == last ? "default" : "198.18.0.0/30";
            string destination6 = i == last ? "::/0" : "2001:db8::/64";
            yield return $"route add {destination} via 198.18.{i - 1}.1";
            yield return $"route add {destination6} via 2001:db8:0:{i - 1:x}::1";
        }
    }
}
