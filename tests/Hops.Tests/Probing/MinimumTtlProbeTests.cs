using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.Probing;
using Hops.TestSupport;

namespace Hops.Tests.Probing;

public sealed class MinimumTtlProbeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task The_distance_is_the_number_of_routers(int routers)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork lab = LabNetwork.Create(routers);
        using LabServer server = LabServer.Start(lab.Server);
        foreach (IPAddress address in (IPAddress[])
        [
            lab.ServerAddress(AddressFamily.InterNetwork),
            lab.ServerAddress(AddressFamily.InterNetworkV6),
            lab.ServerAddress(AddressFamily.InterNetwork).MapToIPv6(),
        ])
        {
            ProbeResult result = await Measure(lab, address, server.Port);
            Assert.Equal((ProbeOutcome.Measured, routers), (result.Outcome, result.Distance?.Hops));
        }
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Every_TTL_is_told_exactly_with_at_most_24_connections(AddressFamily family)
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(0);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        for (int ttl = 1; ttl <= 255; ttl++)
        {
            lab.SetServerInitialTtl(ttl);
            using LabServer server = LabServer.Start(lab.Server);
            int made = 0;
            ProbeResult result = await MinimumTtlProbe.MeasureAsync(
                new IPEndPoint(lab.ServerAddress(family), server.Port),
                Patience,
                asked =>
                {
                    Interlocked.Increment(ref made);
                    return Connecting.NewSocket(lab.Client, asked);
                },
                TestContext.Current.CancellationToken);
            Assert.Equal((ProbeOutcome.Measured, ttl), (result.Outcome, result.Distance?.ReceivedTtl));
            Assert.Equal(made, result.Connections);
            Assert.InRange(made, 1, MinimumTtlProbe.MaximumConnections);
        }
    }

    [Fact]
    public async Task Each_probing_socket_can_be_prepared()
    {
        Requires.Linux();
        using LabServer server = LabServer.Start();
        IPEndPoint endPoint = new(IPAddress.Loopback, server.Port);
        int prepared = 0;
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        ProbeResult result = await MinimumTtlProbe.MeasureAsync(
            endPoint,
            Patience,
            socket =>
            {
                Interlocked.Increment(ref prepared);
                socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.5"), 0));
            },
            TestContext.Current.CancellationToken);
        Assert.Equal((ProbeOutcome.Measured, 0, prepared), (result.Outcome, result.Distance?.Hops, result.Connections));
        await Assert.ThrowsAsync<InvalidTimeZoneException>(
            () => MinimumTtlProbe.MeasureAsync(
                endPoint, Patience, static (Socket _) => throw new InvalidTimeZoneException(), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<SocketException>(() => MinimumTtlProbe.MeasureAsync(
            endPoint, Patience, static socket => socket.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.9"), 0)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task It_agrees_with_the_filter()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(4);
        lab.SetServerInitialTtl(128);
        using LabServer server = LabServer.Start(lab.Server);
        IPAddress address = lab.ServerAddress(AddressFamily.InterNetwork);
        using Socket socket = Connecting.NewSocket(lab.Client, AddressFamily.InterNetwork);
        Assert.Equal(Connecting.Measure(HopMeter.Open(), socket, address, server.Port), (await Measure(lab, address, server.Port)).Distance);
    }

    [Fact]
    public async Task A_closed_port_is_refused_and_not_measured()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(1);
        // From far away a refusal is dropped, too, by all that ask for more.
        foreach (int initialTtl in (int[])[64, 20])
        {
            lab.SetServerInitialTtl(initialTtl);
            foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
            {
                ProbeResult result = await Measure(lab, lab.ServerAddress(family), 1);
                Assert.Equal((ProbeOutcome.Refused, null), (result.Outcome, result.Distance));
            }
        }
    }

    [Fact]
    public async Task A_full_queue_is_silent()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(1);
        using Socket full = Connecting.NewSocket(lab.Server, AddressFamily.InterNetwork);
        full.Bind(new IPEndPoint(IPAddress.Any, 0));
        full.Listen(0);
        int port = ((IPEndPoint)full.LocalEndPoint!).Port;
        IPAddress address = lab.ServerAddress(AddressFamily.InterNetwork);
        // A queue of length 0 holds one connection.
        using Socket first = Connecting.NewSocket(lab.Client, AddressFamily.InterNetwork);
        await first.ConnectAsync(address, port, TestContext.Current.CancellationToken);
        ProbeResult result = await Measure(lab, address, port, TimeSpan.FromMilliseconds(300));
        Assert.Equal((ProbeOutcome.Silent, null), (result.Outcome, result.Distance));
    }

    [Fact]
    public async Task No_way_there_is_unreachable_and_takes_no_time()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork lab = LabNetwork.Create(1);
        lab.Server.SetSysctl("net/ipv4/ip_forward", 1);
        lab.Server.SetSysctl("net/ipv6/conf/all/forwarding", 1);
        lab.Server.Ip(["route add unreachable 203.0.113.0/24", "route add unreachable 2001:db8:ffff::/48"]);
        // A router says so to one host six times, and then once a second (icmp(7)): a round of probes comes near that.
        lab.Server.SetSysctl("net/ipv4/icmp_ratelimit", 0);
        lab.Server.SetSysctl("net/ipv6/icmp/ratelimit", 0);
        // The last router has no route, and reports that to all probes except those that drop packets of routers so far away; the measurement does not wait
        // for these.
        foreach (string address in (string[])["203.0.113.1", "2001:db8:ffff::1"])
        {
            Stopwatch watch = Stopwatch.StartNew();
            ProbeResult result = await Measure(lab, IPAddress.Parse(address), 443);
            Assert.Equal((ProbeOutcome.Unreachable, null), (result.Outcome, result.Distance));
            Assert.True(watch.Elapsed < Patience / 2, $"It took {watch.Elapsed}.");
        }
    }

    [Fact]
    public async Task What_this_host_refuses_is_not_said_of_the_other_one()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(0);
        using LabServer server = LabServer.Start(lab.Server);
        IPAddress address = lab.ServerAddress(AddressFamily.InterNetwork);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        lab.Client.Ip([$"route add prohibit {address}"]);
        Assert.Equal(SocketError.AccessDenied, await FailAsync(address));
        lab.Client.Ip([$"route del prohibit {address}"]);

        // One free port for all the connections to one server, which does not answer, so that it stays taken.
        lab.Client.Run(static () => File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "40000 40000\n"));
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal(SocketError.AddressNotAvailable, await FailAsync(IPAddress.Parse("203.0.113.1")));
        Assert.True(watch.Elapsed < Patience / 2, $"It took {watch.Elapsed}.");

        async Task<SocketError> FailAsync(IPAddress target) =>
            (await Assert.ThrowsAsync<SocketException>(() => Measure(lab, target, server.Port))).SocketErrorCode;
    }

    [Fact]
    public async Task A_protocol_without_a_least_TTL_is_told_apart()
    {
        Requires.Root();
        const int IpProtoMptcp = 262;
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            try
            {
                using Socket mptcp = NewSocket(address.AddressFamily);
            }
            catch (SocketException e)
            {
                // A kernel without MPTCP has no such socket to refuse.
                Assert.Equal(SocketError.ProtocolNotSupported, e.SocketErrorCode);
                continue;
            }

            NotSupportedException refusal = await Assert.ThrowsAsync<NotSupportedException>(
                () => MinimumTtlProbe.MeasureAsync(new IPEndPoint(address, 1), Patience, NewSocket, TestContext.Current.CancellationToken));
            Assert.Contains("MPTCP", refusal.Message, StringComparison.Ordinal);
        }

        static Socket NewSocket(AddressFamily family) => new(family, SocketType.Stream, (ProtocolType)IpProtoMptcp);
    }

    [Fact]
    public async Task The_timeout_is_for_all_rounds_together()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(0);
        using LabServer server = LabServer.Start(lab.Server);
        // 24 sockets that take 0.05 s each are 1.2 s, in no round more than 0.4 s.
        ProbeResult result = await MinimumTtlProbe.MeasureAsync(
            new IPEndPoint(lab.ServerAddress(AddressFamily.InterNetwork), server.Port),
            TimeSpan.FromSeconds(0.8),
            family =>
            {
                Thread.Sleep(50);
                return Connecting.NewSocket(lab.Client, family);
            },
            TestContext.Current.CancellationToken);
        Assert.Equal((ProbeOutcome.Silent, null), (result.Outcome, result.Distance));
    }

    [Fact]
    public async Task Two_servers_behind_one_address_seldom_give_a_distance_that_neither_has()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(0);
        // The kernel hands connections out at random (SO_REUSEPORT); 64 is where the first round divides.
        using Socket far = ListenTogether(lab, 62, 0);
        using Socket near = ListenTogether(lab, 64, ((IPEndPoint)far.LocalEndPoint!).Port);
        IPEndPoint target = new(lab.ServerAddress(AddressFamily.InterNetwork), ((IPEndPoint)far.LocalEndPoint!).Port);
        Dictionary<int, int> results = [];
        for (int i = 0; i < 200; i++)
        {
            ProbeResult result = await MinimumTtlProbe.MeasureAsync(
                target, Patience, family => Connecting.NewSocket(lab.Client, family), TestContext.Current.CancellationToken);
            Assert.True(result.Distance is not null || result.Outcome == ProbeOutcome.Contradictory, $"{result}");
            int ttl = result.Distance?.ReceivedTtl ?? 0;
            results[ttl] = results.GetValueOrDefault(ttl) + 1;
        }

        // 63 needs four answers of one server and four of the other, each as likely as not: 1 in 256, so that 8 of 200 are 1 in 2,000,000. With one less on
        // each side 12 were usual.
        string counts = string.Join(", ", results.OrderBy(static r => r.Key).Select(static r => $"{r.Key}: {r.Value}"));
        Assert.True(results.GetValueOrDefault(63) < 8, counts);
        Assert.True(results.GetValueOrDefault(0) > 100, counts);
        Assert.All(results.Keys, static ttl => Assert.Contains(ttl, (int[])[0, 62, 63, 64]));
    }

    [Fact]
    public async Task Two_servers_that_strictly_take_turns_never_give_a_distance_between()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(0);
        using LabServer server = LabServer.Start(lab.Server);
        for (int low = 20; low < 200; low += 3)
        {
            int made = low;
            ProbeResult result = await MinimumTtlProbe.MeasureAsync(
                new IPEndPoint(lab.ServerAddress(AddressFamily.InterNetwork), server.Port),
                Patience,
                family =>
                {
                    lab.Server.SetSysctl("net/ipv4/ip_default_ttl", made++ % 2 == 0 ? low : low + 2);
                    return Connecting.NewSocket(lab.Client, family);
                },
                TestContext.Current.CancellationToken);
            Assert.Equal((ProbeOutcome.Contradictory, null), (result.Outcome, result.Distance));
        }
    }

    [Fact]
    public async Task Hosts_that_take_turns_contradict_each_other()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(0);
        using LabServer server = LabServer.Start(lab.Server);
        IPAddress address = lab.ServerAddress(AddressFamily.InterNetwork);
        int made = 0;
        int contradictions = 0;
        for (int i = 0; i < 10; i++)
        {
            // Each connection meets another of two TTLs, far apart.
            ProbeResult result = await MinimumTtlProbe.MeasureAsync(
                new IPEndPoint(address, server.Port),
                Patience,
                family =>
                {
                    lab.Server.SetSysctl("net/ipv4/ip_default_ttl", made++ % 2 == 0 ? 50 : 200);
                    return Connecting.NewSocket(lab.Client, family);
                },
                TestContext.Current.CancellationToken);
            Assert.True(result.Distance is null || result.Distance.Value.ReceivedTtl is 50 or 200, $"{result}");
            contradictions += result.Outcome == ProbeOutcome.Contradictory ? 1 : 0;
        }

        Assert.True(contradictions > 0, "No measurement noticed.");
    }

    [Fact]
    public async Task It_needs_no_capability_and_can_be_given_up()
    {
        Requires.Linux();
        using LabServer server = LabServer.Start();
        IPEndPoint target = new(IPAddress.Loopback, server.Port);
        Assert.Equal(0, (await MinimumTtlProbe.MeasureAsync(target, Patience, TestContext.Current.CancellationToken)).Distance?.Hops);

        using CancellationTokenSource given = new();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MinimumTtlProbe.MeasureAsync(target, Patience, given.Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => MinimumTtlProbe.MeasureAsync(target, TimeSpan.Zero, given.Token));
    }

    private static Socket ListenTogether(LabNetwork lab, int ttl, int port)
    {
        const int SolSocket = 1;
        const int SoReusePort = 15;
        Socket listener = Connecting.NewSocket(lab.Server, AddressFamily.InterNetwork);
        listener.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
        listener.Ttl = (short)ttl;
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(4096);
        return listener;
    }

    private static Task<ProbeResult> Measure(LabNetwork lab, IPAddress address, int port, TimeSpan? timeout = null) =>
        MinimumTtlProbe.MeasureAsync(
            new IPEndPoint(address, port), timeout ?? Patience, family => Connecting.NewSocket(lab.Client, family), TestContext.Current.CancellationToken);
}
