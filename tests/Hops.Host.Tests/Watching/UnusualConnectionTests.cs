using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>Connections that could be taken for others: of Multipath TCP, with addresses that are much alike, answered late.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class UnusualConnectionTests
{
    // IPPROTO_MPTCP.
    private const int MultipathTcp = 262;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KernelSide.Header, true, true)]
    [InlineData(KernelSide.Header, false, false)]
    [InlineData(KernelSide.Packets, true, null)]
    [InlineData(KernelSide.Packets, false, null)]
    public async Task A_subflow_of_multipath_TCP_is_told_as_one_where_the_kernel_shows_it(KernelSide side, bool isMultipath, bool? told)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(1);
        using Socket listener = network.Server.Run(New);
        listener.Bind(new IPEndPoint(network.ServerAddress(AddressFamily.InterNetwork), 0));
        listener.Listen();
        using HostWatch watch = HostWatch.Start(new() { Side = side });
        using Socket client = network.Client.Run(New);
        client.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        WatchedConnection[] both =
            [.. (await ReadAllAsync(watch)).Where(one => one.RemoteEndPoint.Port == port || one.LocalEndPoint.Port == port)];
        Assert.Equal(2, both.Length);
        Assert.All(both, one => Assert.Equal((told, 63), (one.IsSubflow, one.Distance?.ReceivedTtl)));

        Socket New() => new(new SafeSocketHandle(LibC.Socket(2, LibC.StreamType | LibC.SocketCloseOnExec, isMultipath ? MultipathTcp : 0), ownsHandle: true));
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task Clients_of_the_same_port_whose_addresses_end_alike_are_not_mixed_up(KernelSide side)
    {
        Requires.Root();
        const int Times = 500;
        const int Port = 5_000;
        (IPAddress Address, int Ttl)[] clients = [(IPAddress.Parse("2001:db8:a::7"), 50), (IPAddress.Parse("2001:db8:b::7"), 90)];
        using NetworkNamespace network = NetworkNamespace.Create();
        network.Ip(["link set lo up", .. clients.Select(static client => $"addr add {client.Address}/128 dev lo nodad")]);
        using Socket listener = network.Run(static () => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen(100);
        using HostWatch watch = HostWatch.Start(new() { Side = side });
        Task accepting = Task.Run(
            () =>
            {
                for (int i = 0; i < clients.Length * Times; i++)
                {
                    using Socket accepted = listener.Accept();
                    accepted.LingerState = new(true, 0);
                }
            },
            Cancel);
        await Task.WhenAll(clients.Select(client => Task.Run(
            () => network.Run(() =>
            {
                for (int i = 0; i < Times; i++)
                {
                    using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
                    socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                    socket.Bind(new IPEndPoint(client.Address, Port));
                    WatchedLoad.SetTtl(socket, client.Ttl);
                    Connect(socket, listener.LocalEndPoint!);
                }
            }),
            Cancel)));
        await accepting;
        WatchedConnection[] incoming =
            [.. (await ReadAllAsync(watch)).Where(static one => one.Direction == ConnectionDirection.Incoming && one.RemoteEndPoint.Port == Port)];
        foreach ((IPAddress address, int ttl) in clients)
        {
            WatchedConnection[] own = [.. incoming.Where(one => one.RemoteEndPoint.Address.Equals(address))];
            Assert.Equal(Times, own.Length);
            Assert.All(own, one => Assert.Equal(ttl, one.Distance?.ReceivedTtl));
        }
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    [Trait("Length", "Long")]
    public async Task Thousands_that_wait_for_their_answer_have_their_process(KernelSide side)
    {
        Requires.Root();
        const int Connections = 16_000;
        using WatchedLoad load = new(AddressFamily.InterNetwork);
        string nft = Requires.Program("nftables", "nft");
        load.Server.Run(() => Command.Run(
            nft, "add table ip hops; add chain ip hops in { type filter hook input priority 0; }; add rule ip hops in tcp flags syn drop"));
        using HostWatch watch = HostWatch.Start(new() { Side = side, Direction = ConnectionDirection.Outgoing });
        List<Socket> sockets = [];
        try
        {
            load.Client.Run(() =>
            {
                for (int i = 0; i < Connections; i++)
                {
                    sockets.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                }
            });
            Task[] connecting = [.. sockets.Select((socket, i) => socket.ConnectAsync(load.EndPointOf(i % WatchedLoad.Threads), Cancel).AsTask())];
            // The first SYN is lost, and for many the second, which comes a second later; the next after three.
            await Task.Delay(TimeSpan.FromSeconds(2), Cancel);
            Assert.DoesNotContain(connecting, static one => one.IsCompleted);
            load.Server.Run(() => Command.Run(nft, "delete table ip hops"));
            await Task.WhenAll(connecting);
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }

        WatchedConnection[] told = [.. (await ReadAllAsync(watch)).Where(one => load.ListenerOf(one) >= 0)];
        Assert.Equal(Connections, told.Length);
        Assert.All(told, one => Assert.Equal(
            (Environment.ProcessId, WatchedLoad.ServerTtl(load.ListenerOf(one)), null), (one.ProcessId, one.Distance?.ReceivedTtl, one.RoundTrip)));
    }

    private static void Connect(Socket socket, EndPoint to)
    {
        try
        {
            socket.Connect(to);
            socket.Receive(new byte[1]);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The other end has gone.
        }
    }

    private static async Task<List<WatchedConnection>> ReadAllAsync(HostWatch watch)
    {
        watch.Stop();
        List<WatchedConnection> all = [];
        await foreach (WatchedConnection connection in watch.WithCancellation(Cancel))
        {
            all.Add(connection);
        }

        return all;
    }
}
