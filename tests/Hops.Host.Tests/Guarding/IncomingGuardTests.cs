using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using Hops.Host.Guarding;

namespace Hops.Host.Tests.Guarding;

/// <summary>Clients of servers in a guarded cgroup: each that is refused has its control, a guard that does not judge them.</summary>
[Collection(nameof(Watching.HostWatchTests))]
public sealed class IncomingGuardTests
{
    private const int Routers = 3;

    // One retransmission of a SYN later.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    /// <summary>The family of the client; whether the listener is for both; net.ipv4.tcp_syncookies: 2 is always.</summary>
    public static TheoryData<AddressFamily, bool, int> Listeners { get; } = new()
    {
        { AddressFamily.InterNetwork, false, 1 },
        { AddressFamily.InterNetworkV6, false, 1 },
        { AddressFamily.InterNetwork, true, 1 },
        { AddressFamily.InterNetwork, false, 2 },
        { AddressFamily.InterNetworkV6, true, 2 },
    };

    [Theory]
    [MemberData(nameof(Listeners))]
    public async Task Near_clients_get_no_answer_and_far_ones_are_accepted(AddressFamily family, bool isDual, int cookies)
    {
        using GuardedLab lab = Create(Policy());
        lab.Network.Client.SetSysctl("net/ipv4/tcp_syncookies", cookies);
        using Socket listener = Listen(lab, family, isDual);
        IPEndPoint end = EndOf(listener, family);
        Assert.Equal(SocketError.TimedOut, lab.ConnectFrom(Routers - 1, end, Short));
        Assert.False(listener.Poll(0, SelectMode.SelectRead));
        Assert.Equal(SocketError.Success, lab.ConnectFrom(Routers, end, Long));
        Assert.Equal(5, GuardedLab.ReceivedBy(listener));
        RefusedConnection refused = Assert.Single(await lab.RefusedAsync());
        Assert.Equal((HostGuardReason.Near, true, Routers - 1), (refused.Reason, refused.IsIncoming, refused.Distance?.Hops));
        Assert.Equal((lab.Network.AddressAt(Routers - 1, family), end), (refused.RemoteEndPoint?.Address, refused.LocalEndPoint));

        using GuardedLab other = GuardedLab.Create(lab, Policy());
        using Socket control = Listen(other, family, isDual);
        Assert.Equal(SocketError.Success, lab.ConnectFrom(Routers - 1, EndOf(control, family), Long));
        Assert.Equal(5, GuardedLab.ReceivedBy(control));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, HostGuardReason.Network)]
    [InlineData(AddressFamily.InterNetworkV6, HostGuardReason.SpecialPurpose)]
    public async Task Addresses_of_clients_are_judged(AddressFamily family, HostGuardReason reason)
    {
        HopGuardOptions policy = new() { MinimumHops = 1, AllowedSpecialPurposeNetworks = { "198.18.0.0/15" }, RefusedNetworks = { "198.18.3.0/24" } };
        using GuardedLab lab = Create(policy);
        using Socket listener = Listen(lab, family, isDual: true);
        Assert.Equal(SocketError.TimedOut, lab.ConnectFrom(Routers, EndOf(listener, family), Short));
        Assert.False(listener.Poll(0, SelectMode.SelectRead));
        Assert.Equal(SocketError.Success, lab.ConnectFrom(Routers - 1, EndOf(listener, AddressFamily.InterNetwork), Long));
        Assert.Equal(reason, Assert.Single(await lab.RefusedAsync()).Reason);

        using GuardedLab other = GuardedLab.Create(lab, policy);
        using Socket control = Listen(other, family, isDual: true);
        Assert.Equal(SocketError.Success, lab.ConnectFrom(Routers, EndOf(control, family), Long));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task On_loopback_clients_are_of_the_same_guard(AddressFamily family)
    {
        using GuardedLab lab = Create(Policy());
        using Socket listener = lab.ListenGuarded(family);
        Assert.Equal(SocketError.Success, lab.Connect(listener));
        Assert.Equal(5, GuardedLab.ReceivedBy(listener));
        Assert.Equal(SocketError.TimedOut, lab.ConnectUnguarded(listener.LocalEndPoint!, Short));
        Assert.False(listener.Poll(0, SelectMode.SelectRead));
        RefusedConnection refused = Assert.Single(await lab.RefusedAsync());
        Assert.Equal((HostGuardReason.Loopback, true, listener.LocalEndPoint), (refused.Reason, refused.IsIncoming, refused.LocalEndPoint));

        using GuardedLab other = GuardedLab.Create(lab, Policy());
        using Socket control = other.ListenGuarded(family);
        Assert.Equal(SocketError.Success, lab.ConnectUnguarded(control));
    }

    [Fact]
    public async Task Who_only_reports_lets_near_clients_in()
    {
        HopGuardOptions policy = Policy();
        policy.Mode = HopGuardMode.ReportOnly;
        using GuardedLab lab = Create(policy);
        using Socket listener = Listen(lab, AddressFamily.InterNetwork, isDual: false);
        Assert.Equal(SocketError.Success, lab.ConnectFrom(1, listener.LocalEndPoint!, Long));
        Assert.Equal(5, GuardedLab.ReceivedBy(listener));
        Assert.Equal(HostGuardReason.Near, Assert.Single(await lab.RefusedAsync()).Reason);
    }

    private static HopGuardOptions Policy() => new() { MinimumHops = Routers, AllowedSpecialPurposeNetworks = { "198.18.0.0/15", "2001:db8::/32" } };

    private static GuardedLab Create(HopGuardOptions policy) =>
        GuardedLab.Create(Routers, GuardedLab.Options(policy) with { JudgesIncoming = true });

    private static Socket Listen(GuardedLab lab, AddressFamily family, bool isDual) =>
        isDual ? lab.ListenGuarded(AddressFamily.InterNetworkV6, IPAddress.IPv6Any) : lab.ListenGuarded(family, AddressOf(family));

    private static IPEndPoint EndOf(Socket listener, AddressFamily family) => new(AddressOf(family), ((IPEndPoint)listener.LocalEndPoint!).Port);

    /// <summary>The client's own address in the lab.</summary>
    private static IPAddress AddressOf(AddressFamily family) => IPAddress.Parse(family == AddressFamily.InterNetwork ? "198.18.0.1" : "2001:db8::1");
}
