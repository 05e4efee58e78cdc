using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using Hops.Host.Guarding;

namespace Hops.Host.Tests.Guarding;

/// <summary>A guard that refuses nothing tells what it would have refused, each connection once.</summary>
[Collection(nameof(Watching.HostWatchTests))]
public sealed class ReportOnlyTests
{
    private const int Routers = 3;

    // The lab's IPv6 addresses are allowed; those of IPv4 are special-purpose.
    private const string AllowedNetwork = "2001:db8::/32";

    [Fact]
    public async Task All_of_it_works_and_is_told()
    {
        using GuardedLab lab = GuardedLab.Create(Routers, Policy(HopGuardMode.ReportOnly));
        using Socket far = lab.Listen(Routers, AddressFamily.InterNetworkV6);
        using Socket near = lab.Listen(Routers - 1, AddressFamily.InterNetworkV6);
        using Socket special = lab.Listen(1, AddressFamily.InterNetwork);
        using Socket local = lab.Listen(0, AddressFamily.InterNetworkV6, IPAddress.IPv6Loopback);
        using Socket elsewhere = lab.Receive(Routers, 53);
        foreach (Socket listener in (Socket[])[far, near, special, local])
        {
            Assert.Equal(SocketError.Success, lab.Connect(listener));
            Assert.Equal(5, GuardedLab.ReceivedBy(listener));
        }

        Assert.Equal(SocketError.Success, lab.SendTo(elsewhere));
        Assert.True(elsewhere.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead));
        lab.Guarded(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Icmp)).Dispose();
        List<RefusedConnection> told = await lab.RefusedAsync();
        Assert.Equal(
            [
                (HostGuardReason.Near, near.LocalEndPoint),
                (HostGuardReason.SpecialPurpose, special.LocalEndPoint),
                (HostGuardReason.Loopback, local.LocalEndPoint),
                (HostGuardReason.Datagram, elsewhere.LocalEndPoint),
                (HostGuardReason.Protocol, null),
            ],
            told.Select(static one => (one.Reason, (EndPoint?)one.RemoteEndPoint)));
        Assert.All(told, static one => Assert.Equal(Environment.ProcessId, one.ProcessId));
        Assert.Equal(Routers - 1, told[0].Distance?.Hops);
    }

    [Fact]
    public async Task A_near_connection_that_was_told_lives_on()
    {
        using GuardedLab lab = GuardedLab.Create(Routers, Policy(HopGuardMode.ReportOnly));
        using Socket near = lab.Listen(1, AddressFamily.InterNetworkV6);
        using Socket client = lab.Guarded(static () => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));
        client.Connect(near.LocalEndPoint!);
        Assert.Equal(HostGuardReason.Near, (await lab.NextRefusedAsync()).Reason);
        using Socket server = near.Accept();
        byte[] buffer = new byte[10];
        client.Send([1, 2]);
        Assert.Equal(2, server.Receive(buffer));
        server.Send([3]);
        Assert.Equal(1, client.Receive(buffer));
    }

    [Fact]
    public async Task Data_in_the_first_packet_leaves_and_is_told_beside_the_distance()
    {
        using GuardedLab lab = GuardedLab.Create(Routers, Policy(HopGuardMode.ReportOnly));
        using Socket near = lab.ListenFast(1, AddressFamily.InterNetworkV6);
        Assert.Equal(SocketError.Success, lab.Connect(near, GuardedLab.DeferConnect));
        Assert.Equal(5, GuardedLab.ReceivedBy(near));
        Assert.Equal([HostGuardReason.EarlyData, HostGuardReason.Near], (await lab.RefusedAsync()).Select(static one => one.Reason));
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task A_connection_is_told_once_and_the_next_one_again(HopGuardMode mode)
    {
        using GuardedLab lab = GuardedLab.Create(Routers, Policy(mode));
        using Socket elsewhere = lab.Receive(Routers, 53);
        using Socket other = lab.Receive(Routers, 54);
        for (int i = 0; i < 2; i++)
        {
            using Socket client = lab.Guarded(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            foreach (Socket receiver in (Socket[])[elsewhere, other, elsewhere, elsewhere])
            {
                try
                {
                    client.SendTo([1], receiver.LocalEndPoint!);
                }
                catch (SocketException)
                {
                    // Refused, by the one that refuses.
                }
            }
        }

        Assert.Equal(
            [elsewhere.LocalEndPoint, other.LocalEndPoint, elsewhere.LocalEndPoint, other.LocalEndPoint],
            (await lab.RefusedAsync()).Select(static one => one.RemoteEndPoint));
    }

    [Fact]
    public async Task Answers_that_come_again_are_told_once()
    {
        using GuardedLab lab = GuardedLab.Create(Routers, GuardedLab.Options(Policy(HopGuardMode.Enforce)), endsSockets: false);
        using Socket near = lab.Listen(1, AddressFamily.InterNetworkV6);
        // The client asks again after a second, and the server answers again.
        Assert.Equal(SocketError.TimedOut, lab.Connect(near, TimeSpan.FromSeconds(3)));
        Assert.Equal(HostGuardReason.Near, Assert.Single(await lab.RefusedAsync()).Reason);
    }

    [Fact]
    public void However_much_is_told_only_the_latest_is_remembered()
    {
        ToldRefusals told = new();
        Assert.All(Enumerable.Range(0, 10_001), cookie => Assert.True(told.Add(Refused(cookie))));
        Assert.False(told.Add(Refused(10_000)));
        Assert.False(told.Add(Refused(1)));
        Assert.True(told.Add(Refused(0)));

        static RefusedConnection Refused(int cookie) => new() { Reason = HostGuardReason.Near, Time = default, Cookie = (ulong)cookie };
    }

    private static HopGuardOptions Policy(HopGuardMode mode) =>
        new() { MinimumHops = Routers, Mode = mode, AllowedSpecialPurposeNetworks = { AllowedNetwork } };
}
