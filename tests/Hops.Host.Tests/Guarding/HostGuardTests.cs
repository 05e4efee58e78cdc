using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;
using Hops.Guard;
using Hops.Host.Guarding;
using Hops.TestSupport;

namespace Hops.Host.Tests.Guarding;

/// <summary>Tests which servers a guarded cgroup can reach, with real packets between network namespaces.</summary>
[Collection(nameof(Watching.HostWatchTests))]
public sealed class HostGuardTests
{
    private const int Routers = 3;

    // SOCK_DGRAM, IPPROTO_MPTCP.
    private const int Datagram = 2;
    private const int Multipath = 262;

    private static readonly Action<HopGuardOptions>[] NotForTheKernel =
    [
        static policy => policy.MinimumHopsByHost["a.example"] = 1,
        static policy => policy.AllowedNearHosts.Add("a.example"),
        static policy => policy.IsAllowed = static _ => true,
        static policy => policy.AddressFamily = AddressFamily.InterNetwork,
        static policy => policy.MinimumHops = null,
    ];

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task What_is_near_is_refused_before_a_byte_and_what_is_far_works(AddressFamily family)
    {
        using GuardedLab lab = GuardedLab.Create(Routers, LabPolicy(Routers));
        using Socket far = lab.Listen(Routers, family);
        using Socket near = lab.Listen(Routers - 1, family);
        Assert.Equal(SocketError.Success, lab.Connect(far));
        Assert.Equal(SocketError.ConnectionAborted, lab.Connect(near));
        Assert.Equal(5, ReceivedBy(far));
        Assert.Equal(0, ReceivedBy(near));
        // The control.
        Assert.Equal(SocketError.Success, lab.ConnectUnguarded(near));
        Assert.Equal(5, ReceivedBy(near));
        RefusedConnection refused = Assert.Single(await lab.RefusedAsync());
        Assert.Equal((HostGuardReason.Near, Routers - 1), (refused.Reason, refused.Distance?.Hops));
        Assert.Equal(near.LocalEndPoint, refused.RemoteEndPoint);
        Assert.Equal(Environment.ProcessId, refused.ProcessId);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Closed_ports_of_what_is_near_look_as_open_ones(AddressFamily family)
    {
        using GuardedLab lab = GuardedLab.Create(Routers, LabPolicy(Routers));
        Socket near = lab.Listen(Routers - 1, family);
        EndPoint closed = near.LocalEndPoint!;
        near.Dispose();
        Assert.Equal(SocketError.ConnectionAborted, lab.Connect(closed));
        Assert.Equal(SocketError.ConnectionRefused, lab.ConnectUnguarded(closed));
    }

    [Theory]
    [InlineData("10.1.2.3", HostGuardReason.SpecialPurpose)]
    [InlineData("169.254.169.254", HostGuardReason.CloudMetadata)]
    [InlineData("198.51.100.7", HostGuardReason.SpecialPurpose)]
    [InlineData("8.8.8.8", HostGuardReason.Network)]
    [InlineData("fd00:ec2::254", HostGuardReason.CloudMetadata)]
    [InlineData("64:ff9b::a00:1", HostGuardReason.SpecialPurpose)]
    [InlineData("2002:a00:1::1", HostGuardReason.SpecialPurpose)]
    [InlineData("2600::5efe:a00:1", HostGuardReason.SpecialPurpose)]
    [InlineData("2600::200:5efe:808:808", HostGuardReason.Network)]
    [InlineData("2001::1", HostGuardReason.SpecialPurpose)]
    [InlineData("64:ff9b:1::1", HostGuardReason.SpecialPurpose)]
    [InlineData("0.0.0.0", HostGuardReason.SpecialPurpose)]
    public async Task Addresses_are_refused_when_they_are_named(string address, HostGuardReason reason)
    {
        HopGuardOptions policy = LabPolicy(1);
        policy.RefusedNetworks.Add("8.8.8.0/24");
        using GuardedLab lab = GuardedLab.Create(1, policy);
        Assert.Equal(SocketError.ConnectionRefused, lab.Connect(new IPEndPoint(IPAddress.Parse(address), 443)));
        RefusedConnection refused = Assert.Single(await lab.RefusedAsync());
        Assert.Equal((reason, IPAddress.Parse(address)), (refused.Reason, refused.RemoteEndPoint?.Address));
        Assert.Equal(Environment.ProcessId, refused.ProcessId);
    }

    [Fact]
    public async Task A_socket_for_both_families_is_judged_by_the_IPv4_address_that_it_connects_to()
    {
        using GuardedLab lab = GuardedLab.Create(Routers, LabPolicy(Routers));
        using Socket near = lab.Listen(Routers - 1, AddressFamily.InterNetwork);
        IPEndPoint end = (IPEndPoint)near.LocalEndPoint!;
        Assert.Equal(SocketError.ConnectionAborted, lab.Connect(new IPEndPoint(end.Address.MapToIPv6(), end.Port)));
        Assert.Equal(SocketError.ConnectionRefused, lab.Connect(new IPEndPoint(IPAddress.Parse("::ffff:10.0.0.1"), end.Port)));
        Assert.Equal([HostGuardReason.Near, HostGuardReason.SpecialPurpose], (await lab.RefusedAsync()).Select(static refused => refused.Reason));
    }

    [Theory]
    [InlineData("198.18.2.0/24", "198.18.0.0/15", AddressFamily.InterNetwork, false)]
    [InlineData("198.18.2.0/24", "198.18.0.0/15", AddressFamily.InterNetwork, true)]
    [InlineData("2001:db8:0:2::/64", "2001:db8::/32", AddressFamily.InterNetworkV6, false)]
    public async Task Networks_have_minimums_of_their_own(string far, string near, AddressFamily family, bool isMapped)
    {
        HopGuardOptions policy = LabPolicy(2);
        policy.MinimumHopsByNetwork[far] = Routers;
        policy.MinimumHopsByNetwork[near] = 1;
        using GuardedLab lab = GuardedLab.Create(Routers, policy);
        SocketError[] results = [.. Enumerable.Range(0, Routers + 1).Select(distance =>
        {
            using Socket server = lab.Listen(distance, family);
            IPEndPoint end = (IPEndPoint)server.LocalEndPoint!;
            return lab.Connect(isMapped ? new(end.Address.MapToIPv6(), end.Port) : end);
        })];
        Assert.Equal([SocketError.ConnectionAborted, SocketError.Success, SocketError.ConnectionAborted, SocketError.Success], results);
        Assert.Equal([0, 2], (await lab.RefusedAsync()).Select(static refused => refused.Distance!.Value.Hops));
    }

    [Fact]
    public async Task A_network_without_a_minimum_is_not_measured()
    {
        HopGuardOptions policy = LabPolicy(Routers);
        policy.MinimumHopsByNetwork["198.18.0.0/30"] = 0;
        using GuardedLab lab = GuardedLab.Create(1, policy);
        using Socket near = lab.Listen(0, AddressFamily.InterNetwork);
        Assert.Equal(SocketError.Success, lab.Connect(near));
        Assert.Empty(await lab.RefusedAsync());
    }

    [Fact]
    public async Task Only_allowed_ports_are_connected_to()
    {
        using GuardedLab lab = GuardedLab.Create(1, LabPolicy(1));
        using Socket server = lab.Listen(1, AddressFamily.InterNetwork);
        HopGuardOptions policy = LabPolicy(1);
        policy.AllowedPorts.Add(((IPEndPoint)server.LocalEndPoint!).Port + 1);
        using GuardedLab other = GuardedLab.Create(lab, policy);
        Assert.Equal(SocketError.Success, lab.Connect(server));
        Assert.Equal(SocketError.ConnectionRefused, other.Connect(server));
        Assert.Equal(HostGuardReason.Port, Assert.Single(await other.RefusedAsync()).Reason);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Loopback_is_for_listeners_of_the_same_guard(AddressFamily family)
    {
        using GuardedLab lab = GuardedLab.Create(1, LabPolicy(1));
        using Socket own = lab.ListenGuarded(family);
        using Socket other = lab.Listen(0, family, family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback);
        Assert.Equal(SocketError.Success, lab.Connect(own));
        Assert.Equal(SocketError.ConnectionAborted, lab.Connect(other));
        Assert.Equal(0, ReceivedBy(other));
        Assert.Equal(SocketError.Success, lab.ConnectUnguarded(other));
        Assert.Equal(HostGuardReason.Loopback, Assert.Single(await lab.RefusedAsync()).Reason);
    }

    [Fact]
    public async Task Datagrams_go_to_resolvers_only()
    {
        using GuardedLab lab = GuardedLab.Create(2, LabPolicy(2), 1);
        using Socket resolver = lab.Receive(1, 53);
        using Socket elsewhere = lab.Receive(2, 53);
        using Socket otherPort = lab.Receive(1, 5353);
        Assert.Equal(SocketError.Success, lab.SendTo(resolver));
        Assert.NotEqual(SocketError.Success, lab.SendTo(elsewhere));
        Assert.NotEqual(SocketError.Success, lab.SendTo(otherPort));
        // Connected to the resolver, and sent elsewhere.
        Assert.NotEqual(SocketError.Success, lab.SendTo(elsewhere, resolver.LocalEndPoint));
        Assert.Equal((1, 0, 0), (resolver.Available, elsewhere.Available, otherPort.Available));
        Assert.Equal(SocketError.Success, lab.SendToUnguarded(elsewhere));
        Assert.True(elsewhere.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead));
        Assert.All(await lab.RefusedAsync(), static refused => Assert.Equal(HostGuardReason.Datagram, refused.Reason));
    }

    [Theory]
    [InlineData(LibC.RawType, 255)]
    [InlineData(Datagram, (int)ProtocolType.Icmp)]
    [InlineData(LibC.StreamType, Multipath)]
    public async Task Sockets_of_other_protocols_are_not_made(int type, int protocol)
    {
        const int Ipv4 = 2;
        using GuardedLab lab = GuardedLab.Create(1, LabPolicy(1));
        Errno error = lab.Guarded(() => LibC.Socket(Ipv4, type | LibC.SocketCloseOnExec, protocol) < 0 ? LibC.LastError : Errno.None);
        Assert.Equal(Errno.EPERM, error);
        Assert.Equal(HostGuardReason.Protocol, Assert.Single(await lab.RefusedAsync()).Reason);
    }

    [Fact]
    public void Options_that_the_kernel_cannot_keep_are_refused()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        Assert.All(NotForTheKernel, set =>
        {
            HopGuardOptions policy = LabPolicy(1);
            set(policy);
            Assert.Throws<ArgumentException>(() => HostGuard.Start(new() { Cgroup = cgroup.Path, Policy = policy }));
        });
    }

    [Fact]
    public void It_refuses_when_nobody_runs_it_any_more()
    {
        using GuardedLab lab = GuardedLab.Create(Routers, LabPolicy(Routers));
        using Socket near = lab.Listen(Routers - 1, AddressFamily.InterNetwork);
        using Socket far = lab.Listen(Routers, AddressFamily.InterNetwork);
        lab.StopGuard();
        Assert.Equal(SocketError.TimedOut, lab.Connect(near, TimeSpan.FromSeconds(2)));
        Assert.Equal(0, ReceivedBy(near));
        Assert.Equal(SocketError.ConnectionRefused, lab.Connect(new IPEndPoint(IPAddress.Parse("10.1.2.3"), 80)));
        Assert.Equal(SocketError.Success, lab.Connect(far));
    }

    /// <summary>The lab's addresses are for benchmarks and documentation.</summary>
    private static HopGuardOptions LabPolicy(int minimumHops) =>
        new() { MinimumHops = minimumHops, AllowedSpecialPurposeNetworks = { "198.18.0.0/15", "2001:db8::/32" } };

    private static int ReceivedBy(Socket listener)
    {
        int received = 0;
        byte[] buffer = new byte[100];
        while (listener.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead))
        {
            using Socket server = listener.Accept();
            for (int count; (count = server.Receive(buffer)) > 0;)
            {
                received += count;
            }
        }

        return received;
    }
}
