using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.Probing;
using Hops.TestSupport;

namespace Hops.Tests.Probing;

public sealed class RefusalProbeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public RefusalProbeTests() => Requires.Root();

    public static TheoryData<AddressFamily, string, bool> Forgeries
    {
        get
        {
            TheoryData<AddressFamily, string, bool> both = [];
            foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
            {
                both.Add(family, "", true);
                both.Add(family, "ack data synack", true);
                // It refuses nothing, and says who refused as little.
                both.Add(family, "rst", false);
                both.Add(family, "synack-rst", false);
            }

            return both;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_distance_of_a_closed_port_is_the_number_of_routers(int routers)
    {
        using LabNetwork lab = LabNetwork.Create(routers);
        using LabServer server = LabServer.Start(lab.Server);
        foreach (IPAddress address in (IPAddress[])
        [
            lab.ServerAddress(AddressFamily.InterNetwork),
            lab.ServerAddress(AddressFamily.InterNetworkV6),
            lab.ServerAddress(AddressFamily.InterNetwork).MapToIPv6(),
        ])
        {
            Assert.Equal(routers, (await MeasureAsync(lab, new IPEndPoint(address, 1)))?.Hops);
            using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
            Assert.Equal(routers, (await MeasureAsync(lab, new IPEndPoint(address, 1)))?.Hops);
            // Where a server listens there is no refusal.
            Assert.Null(await MeasureAsync(lab, new IPEndPoint(address, server.Port)));
        }
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_reset_leads_to_no_distance(AddressFamily family, string before, bool known)
    {
        using HandMadeServer server = new(family);
        Task<HopDistance?> measuring = MeasureAsync(server.Lab, server.EndPoint);
        await server.ReceiveSynAsync();
        server.Forge(before);
        server.Send(Segment.Rst | Segment.Ack, 0, server.ClientSequence + 1, HandMadeServer.RealTtl);
        Assert.Equal(known ? HandMadeServer.RealTtl - 1 : null, (await measuring)?.ReceivedTtl);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Where_an_ICMP_message_refuses_a_forged_reset_before_it_is_not_read(AddressFamily family)
    {
        using HandMadeServer server = new(family);
        Task<HopDistance?> measuring = MeasureAsync(server.Lab, server.EndPoint);
        await server.ReceiveSynAsync();
        server.Forge("rst");
        // The SYN comes once more, a second later.
        Reject(server.Lab.HostAt(0), family == AddressFamily.InterNetwork ? "icmp port-unreachable" : "icmpv6 port-unreachable", "forward");
        Assert.Null(await measuring);
    }

    [Fact]
    public async Task Silence_is_unknown_in_time_and_the_caller_may_cancel()
    {
        using HandMadeServer server = new(AddressFamily.InterNetwork);
        // The first measurement loads the filter, which the process keeps.
        Assert.Null(await MeasureAsync(server.Lab, server.EndPoint, TimeSpan.FromMilliseconds(200)));
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        Assert.Null(await MeasureAsync(server.Lab, server.EndPoint, TimeSpan.FromMilliseconds(200)));
        using CancellationTokenSource cancelled = new(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RefusalProbe.MeasureAsync(
            server.EndPoint, Patience, null, family => Connecting.NewSocket(server.Lab.Client, family), cancelled.Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => RefusalProbe.MeasureAsync(
            server.EndPoint, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => RefusalProbe.MeasureAsync(
            server.EndPoint, Patience, static _ => throw new InvalidTimeZoneException(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Many_at_once_are_each_right()
    {
        using LabNetwork lab = LabNetwork.Create(2);
        IPEndPoint[] refusing = [.. Enumerable.Range(0, 3).Select(distance => new IPEndPoint(lab.AddressAt(distance, AddressFamily.InterNetwork), 1))];
        HopDistance?[] distances = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => MeasureAsync(lab, refusing[i % 3])));
        for (int i = 0; i < distances.Length; i++)
        {
            Assert.Equal(i % 3, distances[i]?.Hops);
        }
    }

    private static void Reject(NetworkNamespace at, string with, string hook) => at.Run(() => Command.Run(
        Requires.Program("nftables", "nft"),
        $"table inet refusing {{ chain {hook} {{ type filter hook {hook} priority 0; meta l4proto tcp tcp flags syn reject with {with}; }}; }}"));

    private static Task<HopDistance?> MeasureAsync(LabNetwork lab, IPEndPoint endPoint, TimeSpan? timeout = null) => RefusalProbe.MeasureAsync(
        endPoint, timeout ?? Patience, null, family => Connecting.NewSocket(lab.Client, family), TestContext.Current.CancellationToken);
}
