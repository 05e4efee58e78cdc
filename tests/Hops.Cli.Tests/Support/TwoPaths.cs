using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Support;

/// <summary>
/// A client with two interfaces and a server that it reaches by both: by <c>short</c> there is one router, by <c>long</c> there are three. Unless something
/// chooses, packets go the short way. Answers take the path whose address they are for.
/// </summary>
internal sealed class TwoPaths : IDisposable
{
    public const uint LongMark = 0xbee;

    private readonly List<NetworkNamespace> _nodes = [];

    public TwoPaths()
    {
        try
        {
            Client = Add();
            Server = Add();
            Server.Ip(["address add 10.9.9.9/32 dev lo", "address add 2001:db8:99::9/128 dev lo nodad"]);
            Lay("short", 1, 1);
            Lay("long", 2, 3);
            Client.Ip(
            [
                "route add default via 10.1.0.2", "route add ::/0 via 2001:db8:10::2",
                "route add default via 10.2.0.2 src 10.2.0.1 table 100", "route add ::/0 via 2001:db8:20::2 src 2001:db8:20::1 table 100",
            ]);
            foreach ((string family, string source) in ((string, string)[])[("-4", "10.2.0.1"), ("-6", "2001:db8:20::1")])
            {
                foreach (string[] choice in (string[][])[["fwmark", $"{LongMark}"], ["oif", "long"], ["from", source]])
                {
                    Client.Run(() => Command.Run("ip", [family, "rule", "add", .. choice, "lookup", "100"]));
                }
            }

        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public NetworkNamespace Client { get; }

    public NetworkNamespace Server { get; }

    public static string Address(AddressFamily family) => family == AddressFamily.InterNetwork ? "10.9.9.9" : "2001:db8:99::9";

    public void Dispose() => _nodes.ForEach(static node => node.Dispose());

    private NetworkNamespace Add()
    {
        NetworkNamespace node = NetworkNamespace.Create();
        _nodes.Add(node);
        node.SetSysctl("net/ipv6/conf/default/addr_gen_mode", 1);
        node.SetSysctl("net/ipv4/conf/all/rp_filter", 0);
        node.SetSysctl("net/ipv4/conf/default/rp_filter", 0);
        node.Ip(["link set lo up"]);
        return node;
    }

    private void Lay(string name, int path, int routers)
    {
        NetworkNamespace before = Client;
        for (int i = 0; i <= routers; i++)
        {
            NetworkNamespace next = i == routers ? Server : Add();
            string left = i == 0 ? name : "next";
            string right = i == routers ? name : "back";
            before.Ip(
            [
                $"link add {left} index {10 + path} type veth peer name {right} index {20 + path} netns {next.Path}",
                $"address add 10.{path}.{i}.1/30 dev {left}", $"address add 2001:db8:{path}{i}::1/64 dev {left} nodad",
                $"address add fe80::1/64 dev {left} nodad",
                $"link set {left} up",
            ]);
            next.Ip(
            [
                $"address add 10.{path}.{i}.2/30 dev {right}", $"address add 2001:db8:{path}{i}::2/64 dev {right} nodad",
                $"address add fe80::2/64 dev {right} nodad", $"link set {right} up",
            ]);
            if (i > 0)
            {
                before.Ip([$"route add 10.9.9.9/32 via 10.{path}.{i}.2", $"route add 2001:db8:99::9/128 via 2001:db8:{path}{i}::2"]);
                // Over UDP the server answers from the address that its route names.
                (string from, string from6) = i == routers ? (" src 10.9.9.9", " src 2001:db8:99::9") : ("", "");
                next.Ip([$"route add 10.{path}.0.0/30 via 10.{path}.{i}.1{from}", $"route add 2001:db8:{path}0::/64 via 2001:db8:{path}{i}::1{from6}"]);
                before.SetSysctl("net/ipv4/ip_forward", 1);
                before.SetSysctl("net/ipv6/conf/all/forwarding", 1);
            }

            before = next;
        }
    }
}
