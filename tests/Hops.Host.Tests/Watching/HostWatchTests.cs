using System.Net;
using System.Net.Sockets;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>Tests the reports of a watch about connections between network namespaces, with both sides of the kernel.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class HostWatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<KernelSide, AddressFamily, bool> Loads => new MatrixTheoryData<KernelSide, AddressFamily, bool>(
        [KernelSide.Header, KernelSide.Packets], [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], [false, true]);

    [Theory]
    [MemberData(nameof(Loads))]
    public Task Each_connection_is_told_once_at_both_ends_with_its_ttl_and_process(KernelSide side, AddressFamily family, bool withCookies) =>
        JudgeAsync(side, family, withCookies, connectionsOfAThread: 250);

    [Theory]
    [MemberData(nameof(Loads))]
    [Trait("Length", "Long")]
    public Task Each_of_many_connections_is_told_once_at_both_ends_with_its_ttl_and_process(KernelSide side, AddressFamily family, bool withCookies) =>
        JudgeAsync(side, family, withCookies, connectionsOfAThread: withCookies ? 10_000 : 50_000);

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task What_did_not_fit_into_the_ring_is_counted_to_the_last_record(KernelSide side)
    {
        Requires.Root();
        using WatchedLoad load = new(AddressFamily.InterNetwork);
        using HostWatch watch = HostWatch.Start(new() { Side = side, Direction = ConnectionDirection.Outgoing, RingCapacity = 64 * 1024 });
        load.Run(connectionsOfAThread: 250);
        watch.Stop();
        int seen = 0;
        await foreach (WatchedConnection connection in watch.WithCancellation(Cancel))
        {
            seen += load.ListenerOf(connection) >= 0 ? 1 : 0;
        }

        Assert.InRange(seen, 64 * 1024 / 144 / 2, 64 * 1024 / 144);
        Assert.Equal(WatchedLoad.Threads * 250, seen + watch.Lost);
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task Only_what_is_near_or_may_be_comes_out_of_the_kernel_when_asked(KernelSide side)
    {
        Requires.Root();
        // 64: here. 58 and 57: six and seven routers away. 119: nine away, of 128. 140: implausible, and may be near.
        foreach ((int most, int[] expected) in
            (IEnumerable<(int, int[])>)[(126, [64, 58, 57, 119, 140]), (7, [64, 58, 57, 140]), (6, [64, 58, 140]), (0, [64, 140])])
        {
            using HostWatch watch = HostWatch.Start(new() { Side = side, Direction = ConnectionDirection.Outgoing, MostHops = most });
            foreach (int ttl in (int[])[64, 58, 57, 119, 140])
            {
                Connect(IPAddress.Loopback, ttl).Dispose();
            }

            Assert.Equal(expected, (await ReadAllAsync(watch)).Where(IsOurs).Select(static connection => connection.Distance?.ReceivedTtl ?? 0));
        }
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task Only_networks_that_were_asked_for_come_out_of_the_kernel(KernelSide side)
    {
        Requires.Root();
        IPAddress[] all = [IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.1.0.1"), IPAddress.IPv6Loopback];
        foreach ((string[] networks, int[] expected) in
            (IEnumerable<(string[], int[])>)[([], [0, 1, 2]), (["127.1.0.0/16"], [1]), (["::1/128", "127.0.0.1/32"], [0, 2])])
        {
            using HostWatch watch = HostWatch.Start(
                new() { Side = side, Direction = ConnectionDirection.Outgoing, Networks = [.. networks.Select(static text => IPNetwork.Parse(text))] });
            foreach (IPAddress address in all)
            {
                Connect(address).Dispose();
            }

            Assert.Equal(
                expected.Select(i => all[i]), (await ReadAllAsync(watch)).Where(IsOurs).Select(static connection => connection.RemoteEndPoint.Address));
        }
    }

    [Fact]
    public async Task A_cgroup_is_watched_alone_and_told_by_its_path()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        string path = cgroup.Path[TemporaryCgroup.Root.Length..];
        foreach (string name in (string[])[cgroup.Path, path, Path.GetFileName(path)])
        {
            using HostWatch watch = HostWatch.Start(new() { Cgroup = name, Direction = ConnectionDirection.Outgoing });
            using Socket listener = Listen(IPAddress.Loopback);
            int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            using (Socket outside = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                outside.Connect(IPAddress.Loopback, port);
            }

            cgroup.Run($": </dev/tcp/127.0.0.1/{port}");
            WatchedConnection only = Assert.Single(await ReadAllAsync(watch));
            Assert.Equal((port, path, "bash"), (only.RemoteEndPoint.Port, only.Cgroup, only.Command));
        }
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task An_incoming_connection_has_the_cgroup_of_its_socket(KernelSide side)
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using HostWatch watch = HostWatch.Start(new() { Side = side, Direction = ConnectionDirection.Incoming });
        Socket? listener = null;
        cgroup.Within(() => listener = Listen(IPAddress.Loopback));
        using Socket own = listener!;
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(own.LocalEndPoint!);
        WatchedConnection told = Assert.Single(await ReadAllAsync(watch), IsOurs);
        Assert.Equal(cgroup.Path[TemporaryCgroup.Root.Length..], told.Cgroup);
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task An_incoming_connection_has_the_process_of_a_listener_that_is_older_than_the_watch(KernelSide side)
    {
        Requires.Root();
        // For both families, any address, in a network namespace of its own.
        using WatchedLoad load = new(AddressFamily.InterNetworkV6);
        using HostWatch watch = HostWatch.Start(new() { Side = side, Direction = ConnectionDirection.Incoming });
        load.Run(connectionsOfAThread: 3);
        WatchedConnection[] told = [.. (await ReadAllAsync(watch)).Where(connection => load.ListenerOf(connection) >= 0)];
        Assert.Equal(3 * WatchedLoad.Threads, told.Length);
        Assert.All(told, static connection => Assert.Equal(Environment.ProcessId, connection.ProcessId));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(200, false)]
    public async Task Where_it_was_lost_who_bound_a_port_no_listener_has_a_process(int bound, bool isKnown)
    {
        Requires.Root();
        using Socket listener = Listen(IPAddress.Loopback);
        // Room for 28 records.
        using HostWatch watch = HostWatch.Start(new() { Direction = ConnectionDirection.Incoming, RingCapacity = Environment.SystemPageSize });
        for (int i = 0; i < bound; i++)
        {
            Listen(IPAddress.Loopback).Dispose();
        }

        await using IAsyncEnumerator<WatchedConnection> told = watch.GetAsyncEnumerator(Cancel);
        // Empties the ring before it waits.
        ValueTask<bool> next = told.MoveNextAsync();
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        Assert.True(await next);
        while (!told.Current.RemoteEndPoint.Equals(client.LocalEndPoint))
        {
            Assert.True(await told.MoveNextAsync());
        }

        Assert.Equal(isKnown ? Environment.ProcessId : null, told.Current.ProcessId);
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task A_header_that_the_other_end_made_up_in_options_is_not_believed(KernelSide side)
    {
        Requires.Root();
        using HostWatch watch = HostWatch.Start(new() { Side = side, Direction = ConnectionDirection.Incoming });
        using Socket listener = Listen(IPAddress.Loopback);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // A no-operation, and a record of the route that is full: 36 bytes of it are the sender's own (RFC 791). The last 20, which lie where a header without
        // options would, say version 4, five words, TTL 200, TCP, and the connection's addresses.
        byte[] header = [0x45, 0, 0, 60, 0, 0, 0, 0, 200, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1];
        client.SetRawSocketOption(0, 4, [1, 7, 39, 40, .. new byte[16], .. header]);
        client.Connect(listener.LocalEndPoint!);
        WatchedConnection told = Assert.Single(await ReadAllAsync(watch), IsOurs);
        Assert.Equal(64, told.Distance?.ReceivedTtl);
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public async Task With_fast_open_the_first_packet_and_its_answer_tell_the_ttls(KernelSide side)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(0);
        network.Server.SetSysctl("net/ipv4/tcp_fastopen", 3);
        IPAddress server = network.ServerAddress(AddressFamily.InterNetwork);
        using Socket listener = network.Server.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Ttl = 77 });
        // TCP_FASTOPEN, TCP_FASTOPEN_CONNECT.
        listener.SetRawSocketOption(6, 23, BitConverter.GetBytes(5));
        listener.Bind(new IPEndPoint(server, 0));
        listener.Listen();
        using HostWatch watch = HostWatch.Start(new() { Side = side });
        // The first gets a cookie, the second has data in its SYN.
        for (int i = 0; i < 2; i++)
        {
            using Socket client = network.Client.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Ttl = 55 });
            client.SetRawSocketOption(6, 30, BitConverter.GetBytes(1));
            client.Connect(listener.LocalEndPoint!);
            client.Send(new byte[5]);
            using Socket accepted = listener.Accept();
            Assert.Equal(5, accepted.Receive(new byte[10]));
        }

        WatchedConnection[] told = [.. (await ReadAllAsync(watch)).Where(IsOurs)];
        Assert.Equal(
            [(ConnectionDirection.Outgoing, 77), (ConnectionDirection.Outgoing, 77), (ConnectionDirection.Incoming, 55), (ConnectionDirection.Incoming, 55)],
            told.Select(static connection => (connection.Direction, connection.Distance?.ReceivedTtl ?? 0)).OrderBy(static pair => pair.Direction));
    }

    [Fact]
    public async Task Commands_are_left_out_when_asked()
    {
        Requires.Root();
        using HostWatch watch = HostWatch.Start(new() { WithCommands = false });
        Connect(IPAddress.Loopback).Dispose();
        WatchedConnection[] told = [.. (await ReadAllAsync(watch)).Where(IsOurs)];
        Assert.Equal(2, told.Length);
        Assert.All(told, static connection => Assert.Null(connection.Command));
    }

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public void Nothing_stays_attached_and_nothing_open(KernelSide side)
    {
        Requires.Root();
        uint[] before = Attached();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using (HostWatch watch = HostWatch.Start(new() { Side = side }))
        {
            Assert.Equal(before.Length + (side == KernelSide.Header ? 3 : 6), Attached().Length);
        }

        Assert.Equal(before, Attached());

        static uint[] Attached() => [.. new[]
        {
            BpfAttachType.CgroupConnect4, BpfAttachType.CgroupConnect6, BpfAttachType.CgroupPostBind4, BpfAttachType.CgroupPostBind6,
            BpfAttachType.CgroupSockOps, BpfAttachType.CgroupIngress,
        }.SelectMany(static place => CgroupPrograms.Query(TemporaryCgroup.Root, place).ProgramIds)];
    }

    [Theory]
    [InlineData("/nowhere", "There is no cgroup '/nowhere'")]
    [InlineData("../../../etc", "There is no cgroup '../../../etc'")]
    public void A_cgroup_that_is_none_is_named(string name, string expected)
    {
        Requires.Root();
        Assert.Contains(
            expected, Assert.Throws<HostWatchUnavailableException>(() => HostWatch.Start(new() { Cgroup = name })).Message, StringComparison.Ordinal);
    }

    private static async Task JudgeAsync(KernelSide side, AddressFamily family, bool withCookies, int connectionsOfAThread)
    {
        Requires.Root();
        using WatchedLoad load = new(family);
        if (withCookies)
        {
            load.Server.SetSysctl("net/ipv4/tcp_syncookies", 2);
        }

        using HostWatch watch = HostWatch.Start(new() { Side = side, RingCapacity = 64 << 20 });
        Assert.Equal(side, watch.Side);
        Task run = Task.Run(
            () =>
            {
                try
                {
                    load.Run(connectionsOfAThread);
                }
                finally
                {
                    watch.Stop();
                }
            },
            Cancel);
        int[] seen = new int[3];
        List<WatchedConnection> wrong = [];
        HashSet<ulong> namespaces = [];
        int measured = 0;
        await foreach (WatchedConnection connection in watch.WithCancellation(Cancel))
        {
            int listener = load.ListenerOf(connection);
            if (listener < 0)
            {
                continue;
            }

            bool outgoing = connection.Direction == ConnectionDirection.Outgoing;
            seen[(int)connection.Direction!.Value]++;
            namespaces.Add(connection.NetworkNamespace!.Value);
            bool isRight = connection.Distance?.ReceivedTtl == (outgoing ? WatchedLoad.ServerTtl(listener) : WatchedLoad.ClientTtl(listener))
                && connection.ProcessId == Environment.ProcessId && connection.CgroupId is not null && connection.LocalEndPoint.AddressFamily == family
                && (outgoing || !withCookies || connection.RoundTrip is null);
            measured += connection.RoundTrip is null ? 0 : 1;
            if (!isRight)
            {
                wrong.Add(connection);
            }
        }

        await run;
        Assert.Empty(wrong);
        int made = WatchedLoad.Threads * connectionsOfAThread;
        Assert.Equal((made, made, 0L), (seen[(int)ConnectionDirection.Outgoing], seen[(int)ConnectionDirection.Incoming], watch.Lost));
        Assert.Equal(2, namespaces.Count);
        Assert.InRange(measured, made * (withCookies ? 1 : 2) * 9 / 10, made * 2);
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

    private static bool IsOurs(WatchedConnection connection) => connection.ProcessId == Environment.ProcessId;

    private static Socket Listen(IPAddress address, int? ttl = null)
    {
        Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (ttl is { } initial)
        {
            listener.Ttl = (short)initial;
        }

        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        return listener;
    }

    private static Socket Connect(IPAddress address, int? ttl = null)
    {
        using Socket listener = Listen(address, ttl);
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndPoint!);
        return socket;
    }
}
