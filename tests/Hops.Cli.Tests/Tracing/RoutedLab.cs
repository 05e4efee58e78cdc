using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Tracing;

/// <summary>Hosts and links between them, with the routes that a test needs, over IPv4 and IPv6. All but <c>client</c> and <c>server</c> are routers.</summary>
internal sealed class RoutedLab : IDisposable
{
    public const string Client = "client";
    public const string Server = "server";

    private readonly Dictionary<string, NetworkNamespace> _nodes = [];
    private readonly List<(string A, string B)> _links = [];

    /// <param name="links">Such as <c>client-r1</c>.</param>
    public RoutedLab(params string[] links)
    {
        Requires.Root();
        foreach (string link in links)
        {
            string[] ends = link.Split('-');
            _links.Add((ends[0], ends[1]));
            Node(ends[0]).Ip(
            [
                $"link add {ends[1]} type veth peer name {ends[0]} netns {Node(ends[1]).Path}",
                .. SetUp(ends[0], ends[1]),
            ]);
            Node(ends[1]).Ip(SetUp(ends[1], ends[0]));
        }
    }

    public NetworkNamespace this[string name] => _nodes[name];

    public HopsCommand Hops => new() { At = this[Client] };

    /// <summary>A row of routers that packets cross both ways.</summary>
    public static RoutedLab Row(params string[] routers)
    {
        string[] nodes = [Client, .. routers, Server];
        RoutedLab lab = new([.. nodes.Zip(nodes.Skip(1), static (a, b) => $"{a}-{b}")]);
        for (int i = 0; i < nodes.Length; i++)
        {
            if (i < nodes.Length - 1)
            {
                lab.Route(nodes[i], nodes[i + 1]);
            }

            if (i > 1)
            {
                lab.Route(nodes[i], nodes[i - 1], toClient: true);
            }
        }

        return lab;
    }

    /// <summary>Two routers there, four back: the server answers by routers of its own.</summary>
    public static RoutedLab Asymmetric()
    {
        RoutedLab lab = new("client-r1", "r1-r2", "r2-server", "server-b1", "b1-b2", "b2-b3", "b3-r1");
        foreach (string way in (string[])["client r1", "r1 r2", "server b1", "b1 b2", "b2 b3", "b3 r1"])
        {
            lab.Route(way.Split(' ')[0], way.Split(' ')[1]);
        }

        lab.Route("r2", "r1", toClient: true);
        return lab;
    }

    /// <summary>Two routers side by side behind the first one, which chooses by addresses and ports.</summary>
    public static RoutedLab Balanced()
    {
        RoutedLab lab = new("client-r1", "r1-ra", "r1-rb", "ra-server", "rb-server");
        lab.Route(Client, "r1");
        foreach (string version in (string[])["ipv4", "ipv6"])
        {
            // By addresses, protocol and ports that it reads from the packet (ip-sysctl). The policy 1 would take the sender's own hash, which veth passes on
            // and no wire does: it differs for each socket, whatever its port.
            lab["r1"].SetSysctl($"net/{version}/fib_multipath_hash_policy", 3);
            lab["r1"].SetSysctl($"net/{version}/fib_multipath_hash_fields", 0x37);
        }

        foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            lab["r1"].Ip(
            [
                $"route add {lab.Address(Server, "loop", family)} nexthop via {lab.Address("ra", "r1", family)} nexthop via {lab.Address("rb", "r1", family)}",
            ]);
            foreach (string router in (string[])["ra", "rb"])
            {
                lab[router].Ip([$"route add {lab.Address(Server, "loop", family)} via {lab.Address(Server, router, family)}"]);
            }
        }

        lab[Server].Ip(
        [
            $"address add {lab.Address(Server, "loop", AddressFamily.InterNetwork)} dev lo",
            $"address add {lab.Address(Server, "loop", AddressFamily.InterNetworkV6)} dev lo nodad",
        ]);
        lab.Route("ra", "r1", toClient: true);
        lab.Route("rb", "r1", toClient: true);
        lab.Route(Server, "ra");
        return lab;
    }

    /// <summary>The address of a host on its link to another; of the server, <c>loop</c> is one that is on no link.</summary>
    public IPAddress Address(string host, string towards, AddressFamily family = AddressFamily.InterNetwork)
    {
        bool isIpv4 = family == AddressFamily.InterNetwork;
        if (towards == "loop")
        {
            return IPAddress.Parse(isIpv4 ? "198.18.99.1" : "2001:db8:99::1");
        }

        int link = _links.FindIndex(link => link == (host, towards) || link == (towards, host));
        int end = _links[link].A == host ? 1 : 2;
        return IPAddress.Parse(isIpv4 ? $"198.18.{link}.{end}" : $"2001:db8:{link}::{end}");
    }

    /// <summary>A neighbour as the way to all others, or to the client.</summary>
    public void Route(string host, string via, bool toClient = false) => this[host].Ip(
    [
        $"route add {(toClient ? "198.18.0.0/24" : "default")} via {Address(via, host)}",
        $"route add {(toClient ? "2001:db8::/64" : "::/0")} via {Address(via, host, AddressFamily.InterNetworkV6)}",
    ]);

    /// <summary>Has a host filter packets: a rule of a chain of nft(8) for both families.</summary>
    public void Filter(string host, string hook, params string[] rules)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"table inet test {{\nchain test {{\ntype filter hook {hook} priority 0\n{string.Join('\n', rules)}\n}}\n}}\n");
            this[host].Run(() => Command.Run(Requires.Program("nftables", "nft"), "-f", file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    public void Dispose()
    {
        foreach (NetworkNamespace node in _nodes.Values)
        {
            node.Dispose();
        }
    }

    private NetworkNamespace Node(string name)
    {
        if (_nodes.TryGetValue(name, out NetworkNamespace? known))
        {
            return known;
        }

        NetworkNamespace node = NetworkNamespace.Create();
        _nodes.Add(name, node);
        node.SetSysctl("net/ipv6/conf/default/addr_gen_mode", 1);
        foreach (string place in (string[])["all", "default"])
        {
            // Packets that arrive from another way than the route back are not dropped.
            node.SetSysctl($"net/ipv4/conf/{place}/rp_filter", 0);
        }

        if (name is not (Client or Server))
        {
            node.SetSysctl("net/ipv4/ip_forward", 1);
            node.SetSysctl("net/ipv6/conf/all/forwarding", 1);
        }

        node.Ip(["link set lo up"]);
        return node;
    }

    private IEnumerable<string> SetUp(string host, string towards) =>
    [
        $"address add {Address(host, towards)}/24 dev {towards}",
        $"address add {Address(host, towards, AddressFamily.InterNetworkV6)}/64 dev {towards} nodad",
        // Routers look for their neighbours from such an address.
        $"address add fe80::{(_links.Contains((host, towards)) ? 1 : 2)}/64 dev {towards} nodad",
        $"link set {towards} up",
    ];
}
