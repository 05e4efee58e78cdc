using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>Tests the other reports of a watch: connections older than it, closed, with another TTL, or with an impossible round trip.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class WatchedLifeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<KernelSide, AddressFamily, Ending> Endings => new MatrixTheoryData<KernelSide, AddressFamily, Ending>(
        Enum.GetValues<KernelSide>(), [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], Enum.GetValues<Ending>());

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task When_it_is_over_both_ends_tell_their_bytes_exactly(KernelSide side, AddressFamily family, Ending ending)
    {
        Requires.Root();
        using HostWatch watch = HostWatch.Start(new() { Side = side, WithClosed = true });
        using (Pair pair = Pair.Make(family))
        {
            Exchange(pair.Client, pair.Server, 100_000);
            Exchange(pair.Server, pair.Client, 777);
            pair.End(ending);
        }

        // After the sockets were closed, the kernel still sends the rest.
        WatchedConnection[] told = await ReadUntilAsync(watch, static all => all.Count(static one => IsOurs(one) && one.Event == ConnectionEvent.Closed) == 2);
        WatchedConnection[] ours = [.. told.Where(IsOurs)];
        Assert.Equal(2, ours.Count(static one => one.Event == ConnectionEvent.Opened));
        foreach (WatchedConnection over in ours.Where(static one => one.Event == ConnectionEvent.Closed))
        {
            WatchedConnection opened = Assert.Single(ours, one => one.Event == ConnectionEvent.Opened && one.Cookie == over.Cookie);
            Assert.Equal(
                opened with { Event = over.Event, Time = over.Time, End = over.End }, over);
            bool isClient = over.Direction == ConnectionDirection.Outgoing;
            Assert.Equal(isClient ? (100_000, 777) : (777, 100_000), (over.End!.BytesSent, over.End.BytesReceived));
            Assert.InRange(over.End.Duration, TimeSpan.FromMicroseconds(1), over.Time - opened.Time + TimeSpan.FromSeconds(1));
            Assert.NotNull(over.End.SmallestRoundTrip);
            Assert.True(over.RoundTrip is null || over.End.SmallestRoundTrip <= over.RoundTrip);
        }
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task Without_being_asked_for_an_end_is_not_told(KernelSide side)
    {
        Requires.Root();
        using HostWatch watch = HostWatch.Start(new() { Side = side, WithDrift = true });
        Pair.Make(AddressFamily.InterNetwork).Dispose();
        Assert.All(await ReadAllAsync(watch), static one => Assert.NotEqual(ConnectionEvent.Closed, one.Event));
    }

    [Theory]
    [InlineData(KernelSide.Header, AddressFamily.InterNetwork)]
    [InlineData(KernelSide.Header, AddressFamily.InterNetworkV6)]
    [InlineData(KernelSide.Packets, AddressFamily.InterNetwork)]
    [InlineData(KernelSide.Packets, AddressFamily.InterNetworkV6)]
    public async Task A_connection_from_before_the_watch_is_told_once_with_its_ttl_process_and_namespace(KernelSide side, AddressFamily family)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(2);
        using Pair older = Pair.Make(network, family);
        using HostWatch watch = HostWatch.Start(new() { Side = side, WithExisting = true });
        using Pair newer = Pair.Make(network, family);
        for (int i = 0; i < 3; i++)
        {
            Exchange(older.Client, older.Server, 10);
            Exchange(older.Server, older.Client, 10);
            Exchange(newer.Client, newer.Server, 10);
            Exchange(newer.Server, newer.Client, 10);
        }

        WatchedConnection[] told = [.. (await ReadAllAsync(watch)).Where(one => older.Has(one) || newer.Has(one))];
        WatchedConnection[] existing = [.. told.Where(static one => one.Event == ConnectionEvent.Existing)];
        Assert.Equal(2, existing.Length);
        Assert.All(existing, one =>
        {
            Assert.True(older.Has(one));
            Assert.Equal((62, Environment.ProcessId), (one.Distance?.ReceivedTtl, one.ProcessId));
            Assert.NotNull(one.Cgroup);
        });
        WatchedConnection server = Assert.Single(existing, static one => one.Direction == ConnectionDirection.Incoming);
        WatchedConnection client = Assert.Single(existing, static one => one.Direction is null);
        Assert.Equal(older.Server.RemoteEndPoint, server.RemoteEndPoint);
        Assert.Equal(older.Client.RemoteEndPoint, client.RemoteEndPoint);
        Assert.NotNull(server.NetworkNamespace);
        Assert.NotEqual(server.NetworkNamespace, client.NetworkNamespace);
        // The others were opened.
        Assert.Equal(2, told.Count(one => newer.Has(one) && one.Event == ConnectionEvent.Opened));
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task A_connection_that_was_opened_but_not_wanted_is_not_taken_for_an_older_one(KernelSide side)
    {
        Requires.Root();
        using HostWatch watch = HostWatch.Start(new() { Side = side, WithExisting = true, Direction = ConnectionDirection.Outgoing });
        using Pair pair = Pair.Make(AddressFamily.InterNetwork);
        Exchange(pair.Client, pair.Server, 10);
        Exchange(pair.Server, pair.Client, 10);
        // The other end, which got packets, too, is not reported.
        WatchedConnection told = Assert.Single(await ReadAllAsync(watch), pair.Has);
        Assert.Equal((ConnectionEvent.Opened, ConnectionDirection.Outgoing), (told.Event, told.Direction));
    }

    [Theory]
    [InlineData(KernelSide.Header, AddressFamily.InterNetwork)]
    [InlineData(KernelSide.Header, AddressFamily.InterNetworkV6)]
    [InlineData(KernelSide.Packets, AddressFamily.InterNetwork)]
    [InlineData(KernelSide.Packets, AddressFamily.InterNetworkV6)]
    public async Task Each_other_ttl_of_later_packets_is_told_once(KernelSide side, AddressFamily family)
    {
        Requires.Root();
        using HostWatch watch = HostWatch.Start(new() { Side = side, WithDrift = true });
        using Pair pair = Pair.Make(family);
        Exchange(pair.Server, pair.Client, 10);
        foreach (int ttl in (int[])[64, 50, 64, 50, 49, 50])
        {
            WatchedLoad.SetTtl(pair.Server, ttl);
            Exchange(pair.Server, pair.Client, 10);
        }

        WatchedConnection[] told = [.. (await ReadAllAsync(watch)).Where(one => pair.Has(one) && one.Event == ConnectionEvent.Drifted)];
        Assert.Equal([50, 49], told.Select(static one => one.Distance!.Value.ReceivedTtl));
        Assert.All(told, one =>
        {
            Assert.Equal((64, ConnectionDirection.Outgoing, false), (one.FormerDistance?.ReceivedTtl, one.Direction, one.IsReset));
            Assert.Equal(pair.Client.RemoteEndPoint, one.RemoteEndPoint);
        });
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task A_reset_with_another_ttl_is_told_as_one(KernelSide side)
    {
        Requires.Root();
        using HostWatch watch = HostWatch.Start(new() { Side = side, WithDrift = true });
        using Pair pair = Pair.Make(AddressFamily.InterNetwork);
        WatchedLoad.SetTtl(pair.Server, 33);
        pair.Server.LingerState = new(true, 0);
        pair.Server.Dispose();
        Assert.Throws<SocketException>(() => pair.Client.Receive(new byte[1]));
        WatchedConnection told = Assert.Single(await ReadAllAsync(watch), one => one.Event == ConnectionEvent.Drifted && IsOurs(one));
        Assert.Equal((33, 64, true), (told.Distance?.ReceivedTtl, told.FormerDistance?.ReceivedTtl, told.IsReset));
    }

    [Fact]
    public async Task Far_and_too_quick_is_told_and_passes_as_what_may_be_near()
    {
        Requires.Root();
        bool wasQuick = false;
        for (int i = 0; i < 50 && !wasQuick; i++)
        {
            // 35 of 64 are 29 routers: 290 µs would be the least. On a machine that is busy it takes more.
            using HostWatch watch = HostWatch.Start(new() { Side = KernelSide.Header, Direction = ConnectionDirection.Outgoing, MostHops = 3 });
            using Pair pair = Pair.Make(AddressFamily.InterNetwork, ttl: 35);
            foreach (WatchedConnection one in (await ReadAllAsync(watch)).Where(pair.Has))
            {
                Assert.True(one.IsTooQuick);
                Assert.InRange(one.RoundTrip!.Value, TimeSpan.FromMicroseconds(1), TimeSpan.FromMicroseconds(289));
                wasQuick = true;
            }
        }

        Assert.True(wasQuick);
    }

    private static bool IsOurs(WatchedConnection connection) => connection.ProcessId == Environment.ProcessId;

    private static void Exchange(Socket from, Socket to, int size)
    {
        Task send = Task.Run(() => from.Send(new byte[size]), Cancel);
        byte[] buffer = new byte[size];
        for (int received = 0; received < size;)
        {
            received += to.Receive(buffer, received, size - received, SocketFlags.None);
        }

        send.GetAwaiter().GetResult();
    }

    private static async Task<WatchedConnection[]> ReadAllAsync(HostWatch watch)
    {
        watch.Stop();
        return await ReadUntilAsync(watch, static _ => false);
    }

    private static async Task<WatchedConnection[]> ReadUntilAsync(HostWatch watch, Predicate<List<WatchedConnection>> isEnough)
    {
        List<WatchedConnection> all = [];
        await foreach (WatchedConnection connection in watch.WithCancellation(Cancel))
        {
            all.Add(connection);
            if (isEnough(all))
            {
                break;
            }
        }

        return [.. all];
    }

    /// <summary>The way in which a connection ends.</summary>
    public enum Ending
    {
        ClientFirst,
        ServerFirst,
        ClientHalfFirst,
        BothAtOnce,
        ClientResets,
        ServerResets,
    }

    private sealed class Pair(Socket listener, Socket client, Socket server) : IDisposable
    {
        private readonly EndPoint _clientEnd = client.LocalEndPoint!;
        private readonly EndPoint _serverEnd = client.RemoteEndPoint!;

        public Socket Client => client;

        public Socket Server => server;

        public static Pair Make(AddressFamily family, int ttl = 64)
        {
            IPAddress address = family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
            return Make(static code => code(), static code => code(), address, ttl);
        }

        public static Pair Make(LabNetwork network, AddressFamily family) =>
            Make(network.Client.Run, network.Server.Run, network.ServerAddress(family), ttl: 64);

        public bool Has(WatchedConnection connection) =>
            (connection.LocalEndPoint.Equals(_clientEnd) && connection.RemoteEndPoint.Equals(_serverEnd))
            || (connection.LocalEndPoint.Equals(_serverEnd) && connection.RemoteEndPoint.Equals(_clientEnd));

        public void End(Ending ending)
        {
            (Socket first, Socket second) = ending is Ending.ServerFirst or Ending.ServerResets ? (server, client) : (client, server);
            switch (ending)
            {
                case Ending.ClientFirst or Ending.ServerFirst:
                    first.Dispose();
                    Assert.Equal(0, second.Receive(new byte[1]));
                    second.Dispose();
                    break;
                case Ending.ClientHalfFirst:
                    first.Shutdown(SocketShutdown.Send);
                    Assert.Equal(0, second.Receive(new byte[1]));
                    second.Dispose();
                    Assert.Equal(0, first.Receive(new byte[1]));
                    first.Dispose();
                    break;
                case Ending.BothAtOnce:
                    Parallel.Invoke(first.Dispose, second.Dispose);
                    break;
                case Ending.ClientResets or Ending.ServerResets:
                    first.LingerState = new(true, 0);
                    first.Dispose();
                    Assert.Throws<SocketException>(() => second.Receive(new byte[1]));
                    second.Dispose();
                    break;
            }
        }

        public void Dispose()
        {
            client.Dispose();
            server.Dispose();
            listener.Dispose();
        }

        private static Pair Make(Func<Func<Socket>, Socket> atClient, Func<Func<Socket>, Socket> atServer, IPAddress address, int ttl)
        {
            Socket listener = atServer(() => new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            WatchedLoad.SetTtl(listener, ttl);
            listener.Bind(new IPEndPoint(address, 0));
            listener.Listen();
            Socket client = atClient(() => new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
            client.Connect(listener.LocalEndPoint!);
            // The listener stays: it shows which end of an older connection came in.
            return new(listener, client, listener.Accept());
        }
    }
}
