using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>Connections of Multipath TCP (RFC 8684), whose subflows are TCP sockets that the kernel makes.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class WatchedMultipathTests
{
    // AF_INET, AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP.
    private const int Ipv4 = 2;
    private const int Ipv6 = 10;
    private const int Stream = 1 | 0x80000;
    private const int Multipath = 262;

    private const int Routers = 2;

    // Where they arrive.
    private const int ServerTtl = 110;
    private const int ClientTtl = 57;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<KernelSide, AddressFamily> Families => new MatrixTheoryData<KernelSide, AddressFamily>(
        Enum.GetValues<KernelSide>(), [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6]);

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Both_ends_of_a_multipath_connection_are_told_once_as_subflows_where_that_is_known(KernelSide side, AddressFamily family)
    {
        (WatchedConnection outgoing, WatchedConnection incoming) = await ConnectAsync(side, family, Multipath, Multipath);
        Assert.Equal((ServerTtl, ClientTtl), (outgoing.Distance?.ReceivedTtl, incoming.Distance?.ReceivedTtl));
        bool? isSubflow = side == KernelSide.Header ? true : null;
        Assert.Equal((isSubflow, isSubflow), (outgoing.IsSubflow, incoming.IsSubflow));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Of_ordinary_tcp_neither_end_is_a_subflow(KernelSide side, AddressFamily family)
    {
        (WatchedConnection outgoing, WatchedConnection incoming) = await ConnectAsync(side, family, 0, 0);
        bool? isSubflow = side == KernelSide.Header ? false : null;
        Assert.Equal((isSubflow, isSubflow), (outgoing.IsSubflow, incoming.IsSubflow));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task A_multipath_client_of_an_ordinary_server_is_told_as_it_is(KernelSide side, AddressFamily family)
    {
        (WatchedConnection outgoing, WatchedConnection incoming) = await ConnectAsync(side, family, Multipath, 0);
        Assert.Equal((ServerTtl, ClientTtl), (outgoing.Distance?.ReceivedTtl, incoming.Distance?.ReceivedTtl));
        // The client's application still has the other socket.
        Assert.Equal(side == KernelSide.Header ? (true, false) : (null, null), (outgoing.IsSubflow, incoming.IsSubflow));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task A_further_subflow_is_told_too_and_is_connected_by_a_thread_of_the_kernel(KernelSide side)
    {
        RequiresMultipath();
        const string further = "198.18.77.1";
        using LabNetwork network = NewNetwork();
        network.Client.Ip([$"address add {further}/32 dev toserver", "mptcp limits set subflow 1", $"mptcp endpoint add {further} dev toserver subflow"]);
        network.HostAt(0).Ip([$"route add {further} via 198.18.0.1"]);
        network.HostAt(1).Ip([$"route add {further} via 198.18.1.1"]);
        network.Server.Ip(["mptcp limits set subflow 1"]);
        using HostWatch watch = HostWatch.Start(new() { Side = side });
        using Connection connection = await Connection.MakeAsync(network, AddressFamily.InterNetwork, Multipath, Multipath);
        List<WatchedConnection> told = [];
        await using IAsyncEnumerator<WatchedConnection> all = watch.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        // The kernel connects the second one without a call, some time after the first.
        while (told.Count < 4)
        {
            Assert.True(await all.MoveNextAsync());
            if (connection.Server.Equals(all.Current.RemoteEndPoint) || connection.Server.Equals(all.Current.LocalEndPoint))
            {
                told.Add(all.Current);
            }
        }

        WatchedConnection outgoing = Assert.Single(told, static one => $"{one.LocalEndPoint.Address}" == further);
        WatchedConnection incoming = Assert.Single(told, static one => $"{one.RemoteEndPoint.Address}" == further);
        Assert.Equal((ServerTtl, ClientTtl), (outgoing.Distance?.ReceivedTtl, incoming.Distance?.ReceivedTtl));
        bool? isSubflow = side == KernelSide.Header ? true : null;
        Assert.Equal((isSubflow, isSubflow), (outgoing.IsSubflow, incoming.IsSubflow));
        Assert.Equal(Environment.ProcessId, incoming.ProcessId);
        Assert.StartsWith("kworker/", outgoing.Command, StringComparison.Ordinal);
    }

    private static async Task<(WatchedConnection Outgoing, WatchedConnection Incoming)> ConnectAsync(
        KernelSide side, AddressFamily family, int clientProtocol, int serverProtocol)
    {
        RequiresMultipath();
        using LabNetwork network = NewNetwork();
        using HostWatch watch = HostWatch.Start(new() { Side = side });
        using Connection connection = await Connection.MakeAsync(network, family, clientProtocol, serverProtocol);
        watch.Stop();
        List<WatchedConnection> told = [];
        await foreach (WatchedConnection one in watch.WithCancellation(Cancel))
        {
            told.Add(one);
        }

        WatchedConnection outgoing = Assert.Single(told, one => one.RemoteEndPoint.Equals(connection.Server));
        WatchedConnection incoming = Assert.Single(told, one => one.LocalEndPoint.Equals(connection.Server));
        Assert.Equal((ConnectionDirection.Outgoing, ConnectionDirection.Incoming), (outgoing.Direction, incoming.Direction));
        Assert.Equal(outgoing.LocalEndPoint, incoming.RemoteEndPoint);
        Assert.Equal((Environment.ProcessId, Environment.ProcessId), (outgoing.ProcessId, incoming.ProcessId));
        return (outgoing, incoming);
    }

    private static void RequiresMultipath()
    {
        Requires.Root();
        Assert.SkipUnless(File.Exists("/proc/sys/net/mptcp/enabled"), "needs Multipath TCP in the kernel (CONFIG_MPTCP)");
    }

    private static LabNetwork NewNetwork()
    {
        LabNetwork network = LabNetwork.Create(Routers);
        network.SetServerInitialTtl(ServerTtl + Routers);
        network.Client.SetSysctl("net/ipv4/ip_default_ttl", ClientTtl + Routers);
        network.Client.SetSysctl("net/ipv6/conf/toserver/hop_limit", ClientTtl + Routers);
        return network;
    }

    /// <summary>Both ends of a connection over which data went.</summary>
    private sealed record Connection(Socket Listener, Socket Client, Socket Accepted) : IDisposable
    {
        public EndPoint Server => Listener.LocalEndPoint!;

        public static async Task<Connection> MakeAsync(LabNetwork network, AddressFamily family, int clientProtocol, int serverProtocol)
        {
            Socket listener = network.Server.Run(() => Open(family, serverProtocol));
            listener.Bind(new IPEndPoint(network.ServerAddress(family), 0));
            listener.Listen();
            Socket client = network.Client.Run(() => Open(family, clientProtocol));
            await client.ConnectAsync(listener.LocalEndPoint!, Cancel);
            Socket accepted = await listener.AcceptAsync(Cancel);
            await client.SendAsync(new byte[5], Cancel);
            Assert.Equal(5, await accepted.ReceiveAsync(new byte[10], Cancel));
            return new(listener, client, accepted);
        }

        public void Dispose()
        {
            Client.Dispose();
            Accepted.Dispose();
            Listener.Dispose();
        }
    }

    /// <summary>.NET's own constructor knows no protocol 262.</summary>
    private static Socket Open(AddressFamily family, int protocol)
    {
        int descriptor = LibC.Socket(family == AddressFamily.InterNetwork ? Ipv4 : Ipv6, Stream, protocol);
        Assert.True(descriptor >= 0, $"socket(2) with protocol {protocol}");
        return new(new SafeSocketHandle(descriptor, ownsHandle: true));
    }
}
