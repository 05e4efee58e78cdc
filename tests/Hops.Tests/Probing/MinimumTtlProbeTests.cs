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
        int most = 0;
        for (int ttl = 1; ttl <= 255; ttl++)
        {
            lab.SetServerInitialTtl(ttl);
            using LabServer server = LabServer.Start(lab.Server);
            ProbeResult result = await Measure(lab, lab.ServerAddress(family), server.Port);
            Assert.Equal((ProbeOutcome.Measured, ttl), (result.Outcome, result.Distance?.ReceivedTtl));
            most = Math.Max(most, result.Connections);
        }

        Assert.InRange(most, 1, MinimumTtlProbe.MostConnections);
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
        Assert.Equal(0, (await MinimumTtlProbe.MeasureAsync(new IPEndPoint(IPAddress.Loopback, server.Port), Patience, TestContext.Current.CancellationToken)).Distance?.Hops);

        using CancellationTokenSource given = new();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MinimumTtlProbe.MeasureAsync(new IPEndPoint(IPAddress.Loopback, server.Port), Patience, given.Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => MinimumTtlProbe.MeasureAsync(new IPEndPoint(IPAddress.Loopback, server.Port), TimeSpan.Zero, given.Token));
    }

    private static Task<ProbeResult> Measure(LabNetwork lab, IPAddress address, int port, TimeSpan? timeout = null) =>
        MinimumTtlProbe.MeasureAsync(new IPEndPoint(address, port), timeout ?? Patience, family => Connecting.NewSocket(lab.Client, family), TestContext.Current.CancellationToken);
}
