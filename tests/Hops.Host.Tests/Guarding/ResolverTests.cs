using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Guard;
using Hops.Host.Guarding;
using Hops.Host.Tests.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Guarding;

/// <summary>
/// Resolvers are asked over UDP and TCP, wherever they are and whatever this host makes of their addresses; the control of each is a guard that has another
/// resolver.
/// </summary>
[Collection(nameof(HostWatchTests))]
public sealed class ResolverTests
{
    private const int Routers = 2;
    private const int Dns = 53;
    private const int Unspecified = 0;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    /// <summary>The address that programs name; at which distance the server is, or -1 for this host; its address and port; the rules in between.</summary>
    public static TheoryData<string, int, string, int, string> Resolvers { get; } = new()
    {
        // An address such as that of systemd-resolved.
        { "127.0.0.53", -1, "127.0.0.53", Dns, "" },
        // An address such as that of Docker.
        {
            "127.0.0.11", -1, "127.0.0.11", 40053, """
            table ip docker {
                chain output {
                    type nat hook output priority -100
                    ip daddr 127.0.0.11 tcp dport 53 dnat to 127.0.0.11:40053
                    ip daddr 127.0.0.11 udp dport 53 dnat to 127.0.0.11:40053
                }
                chain postrouting {
                    type nat hook postrouting priority 100
                    ip saddr 127.0.0.11 tcp sport 40053 snat to :53
                    ip saddr 127.0.0.11 udp sport 40053 snat to :53
                }
            }
            """
        },
        // Translated, such as the address of a service in Kubernetes.
        {
            "10.96.0.10", 1, "198.18.1.2", 5353, """
            table ip services {
                chain output {
                    type nat hook output priority -100
                    ip daddr 10.96.0.10 tcp dport 53 dnat to 198.18.1.2:5353
                    ip daddr 10.96.0.10 udp dport 53 dnat to 198.18.1.2:5353
                }
            }
            """
        },
        {
            "fd00:96::10", 1, "2001:db8:0:1::2", 5353, """
            table ip6 services {
                chain output {
                    type nat hook output priority -100
                    ip6 daddr fd00:96::10 tcp dport 53 dnat to [2001:db8:0:1::2]:5353
                    ip6 daddr fd00:96::10 udp dport 53 dnat to [2001:db8:0:1::2]:5353
                }
            }
            """
        },
        { "2001:db8:0:1::2", 1, "2001:db8:0:1::2", Dns, "" },
        { "::1", -1, "::1", Dns, "" },
    };

    [Theory]
    [MemberData(nameof(Resolvers))]
    public void A_resolver_is_asked_over_TCP(string named, int distance, string address, int port, string rules)
    {
        using GuardedLab lab = Create(named, rules);
        using Socket server = Bind(lab, distance, address, port, SocketType.Stream);
        server.Listen();
        foreach (IPEndPoint end in FormsOf(named))
        {
            Assert.Equal(SocketError.Success, lab.Connect(end));
            Assert.Equal(5, GuardedLab.ReceivedBy(server));
        }

        using GuardedLab other = GuardedLab.Create(lab, Policy());
        foreach (IPEndPoint end in FormsOf(named))
        {
            Assert.NotEqual(SocketError.Success, other.Connect(end));
        }

        Assert.False(server.Poll(Short, SelectMode.SelectRead));
    }

    [Theory]
    [MemberData(nameof(Resolvers))]
    public void A_resolver_is_asked_over_UDP(string named, int distance, string address, int port, string rules)
    {
        using GuardedLab lab = Create(named, rules);
        using Socket server = Bind(lab, distance, address, port, SocketType.Dgram);
        using GuardedLab other = GuardedLab.Create(lab, Policy());
        foreach (IPEndPoint end in FormsOf(named))
        {
            foreach (Func<Socket, IPEndPoint, bool> send in DatagramWays.All)
            {
                Assert.True(Send(lab, send, end));
                Assert.True(server.Poll(Patience, SelectMode.SelectRead));
                Assert.Equal(1, server.Receive(new byte[10]));
                Assert.False(Send(other, send, end));
            }
        }

        Assert.False(server.Poll(Short, SelectMode.SelectRead));
    }

    /// <summary>The answers come back, also if the address was translated.</summary>
    [Theory]
    [MemberData(nameof(Resolvers))]
    public void A_resolver_answers(string named, int distance, string address, int port, string rules)
    {
        using GuardedLab lab = Create(named, rules);
        using Socket server = Bind(lab, distance, address, port, SocketType.Dgram);
        IPEndPoint end = FormsOf(named)[0];
        using Socket client = lab.Guarded(() => new Socket(end.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        client.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        client.Connect(end);
        client.Send([1]);
        EndPoint from = new IPEndPoint(end.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        server.ReceiveTimeout = client.ReceiveTimeout;
        Assert.Equal(1, server.ReceiveFrom(new byte[10], ref from));
        server.SendTo([2, 3], from);
        Assert.Equal(2, client.Receive(new byte[10]));
    }

    /// <summary>IPv4-mapped, from a socket of IPv6.</summary>
    [Fact]
    public async Task Datagrams_to_elsewhere_do_not_leave_however_they_are_sent()
    {
        using GuardedLab lab = Create("127.0.0.53", "");
        using Socket elsewhere = lab.Receive(Routers, Dns);
        IPEndPoint end = (IPEndPoint)elsewhere.LocalEndPoint!;
        IPEndPoint mapped = new(end.Address.MapToIPv6(), end.Port);
        foreach (Func<Socket, IPEndPoint, bool> send in DatagramWays.All)
        {
            Assert.False(Send(lab, send, mapped));
            Assert.False(elsewhere.Poll(Short, SelectMode.SelectRead));
            Assert.True(lab.Network.Client.Run(() => Try(send, mapped)));
            Assert.True(elsewhere.Poll(Patience, SelectMode.SelectRead));
            elsewhere.Receive(new byte[10]);
        }

        Assert.All(await lab.RefusedAsync(), refused => Assert.Equal((HostGuardReason.Datagram, end), (refused.Reason, refused.RemoteEndPoint)));
    }

    /// <summary>As the C library does for each address of a name, to sort them. Nothing leaves, so there is nothing to tell.</summary>
    [Fact]
    public async Task A_socket_of_UDP_may_be_connected_to_elsewhere_and_does_not_send_then()
    {
        using GuardedLab lab = Create("127.0.0.53", "");
        using Socket resolver = Bind(lab, -1, "127.0.0.53", Dns, SocketType.Dgram);
        using Socket elsewhere = lab.Receive(Routers, Dns);
        using Socket client = lab.Guarded(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        client.SendTo([1], resolver.LocalEndPoint!);
        client.Connect(elsewhere.LocalEndPoint!);
        Assert.Throws<SocketException>(() => client.Send([1]));
        Assert.Throws<SocketException>(() => client.SendTo([1], resolver.LocalEndPoint!));
        Assert.Throws<SocketException>(() => client.Send([1]));
        Assert.False(elsewhere.Poll(Short, SelectMode.SelectRead));
        Assert.All(await lab.RefusedAsync(), static refused => Assert.Equal(HostGuardReason.Datagram, refused.Reason));
    }

    /// <summary>No guard has judged its destination.</summary>
    [Fact]
    public async Task A_socket_that_was_connected_before_the_guard_sends_no_more()
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(1);
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using Socket elsewhere = network.HostAt(1).Run(() => Bound(network.AddressAt(1, AddressFamily.InterNetwork), Dns, SocketType.Dgram));
        Socket? made = null;
        cgroup.Within(() => made = network.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)));
        using Socket client = made!;
        client.Connect(elsewhere.LocalEndPoint!);
        client.Send([1]);
        Assert.True(elsewhere.Poll(Patience, SelectMode.SelectRead));
        elsewhere.Receive(new byte[10]);
        using HostGuard guard = HostGuard.Start(GuardedLab.Options(Policy()) with { Cgroup = cgroup.Path });
        Assert.Throws<SocketException>(() => client.Send([1]));
        Assert.False(elsewhere.Poll(Short, SelectMode.SelectRead));
        await foreach (RefusedConnection refused in guard.WithCancellation(TestContext.Current.CancellationToken))
        {
            Assert.Equal((HostGuardReason.Datagram, elsewhere.LocalEndPoint), (refused.Reason, refused.RemoteEndPoint));
            break;
        }
    }

    /// <summary>A socket that named a resolver, and is used again: what it names then is judged after address translation, too.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_socket_that_names_another_server_is_judged_again(bool namesResolver)
    {
        const string Rules = """
            table ip elsewhere {
                chain output {
                    type nat hook output priority -100
                    ip daddr 8.8.8.8 tcp dport 80 dnat to 127.0.0.1:8080
                }
            }
            """;
        using GuardedLab lab = Create("127.0.0.53", Rules);
        // The source of what goes to 8.8.8.8 is an address of the client's; loopback takes it all the same.
        lab.Network.Client.SetSysctl("net/ipv4/conf/all/route_localnet", 1);
        using Socket resolver = Bind(lab, -1, "127.0.0.53", Dns, SocketType.Stream);
        resolver.Listen();
        using Socket inside = Bind(lab, -1, "127.0.0.1", 8080, SocketType.Stream);
        inside.Listen();
        IPEndPoint outside = new(IPAddress.Parse("8.8.8.8"), 80);
        using Socket client = lab.Guarded(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        if (namesResolver)
        {
            Assert.Equal(0, Connect(client, new IPEndPoint(IPAddress.Parse("127.0.0.53"), Dns)));
            Disconnect(client);
        }

        Assert.NotEqual(0, Connect(client, outside));
        Assert.False(inside.Poll(Short, SelectMode.SelectRead));
        Assert.Equal(SocketError.Success, lab.ConnectUnguarded(outside));
        Assert.Equal(5, GuardedLab.ReceivedBy(inside));
        // By egress: it did not leave, and no answer had to be judged.
        RefusedConnection refused = Assert.Single(await lab.RefusedAsync());
        Assert.Equal((HostGuardReason.Loopback, outside), (refused.Reason, refused.RemoteEndPoint));
    }

    private static HopGuardOptions Policy() => new() { MinimumHops = Routers, AllowedSpecialPurposeNetworks = { "198.18.0.0/15", "2001:db8::/32" } };

    private static GuardedLab Create(string resolver, string rules)
    {
        GuardedLab lab = GuardedLab.Create(Routers, GuardedLab.Options(Policy()) with { Resolvers = [IPAddress.Parse(resolver)] });
        if (rules.Length > 0)
        {
            NftRules.Apply(lab.Network.Client, rules);
        }

        return lab;
    }

    /// <summary>An IPv4 address is also named by sockets of IPv6.</summary>
    private static IPEndPoint[] FormsOf(string named)
    {
        IPAddress address = IPAddress.Parse(named);
        return address.AddressFamily == AddressFamily.InterNetwork ? [new(address, Dns), new(address.MapToIPv6(), Dns)] : [new(address, Dns)];
    }

    private static Socket Bind(GuardedLab lab, int distance, string address, int port, SocketType type) =>
        (distance < 0 ? lab.Network.Client : lab.Network.HostAt(distance)).Run(() => Bound(IPAddress.Parse(address), port, type));

    private static Socket Bound(IPAddress address, int port, SocketType type)
    {
        Socket socket = new(address.AddressFamily, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private static bool Send(GuardedLab lab, Func<Socket, IPEndPoint, bool> send, IPEndPoint end) => lab.Guarded(() => Try(send, end));

    private static bool Try(Func<Socket, IPEndPoint, bool> send, IPEndPoint end)
    {
        using Socket socket = new(end.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        if (end.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = true;
        }

        try
        {
            return send(socket, end);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static unsafe int Connect(Socket socket, IPEndPoint end)
    {
        ReadOnlySpan<byte> address = end.Serialize().Buffer.Span[..end.Serialize().Size];
        fixed (byte* name = address)
        {
            return LibC.Connect(socket.SafeHandle, name, (uint)address.Length);
        }
    }

    /// <summary>So a socket can be connected again (connect(2)).</summary>
    private static unsafe void Disconnect(Socket socket)
    {
        byte* address = stackalloc byte[16];
        new Span<byte>(address, 16).Clear();
        address[0] = Unspecified;
        Assert.Equal(0, LibC.Connect(socket.SafeHandle, address, 16));
    }
}
