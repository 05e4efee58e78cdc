using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>A firewall that refuses by ICMP, and a host that refuses its own programs: the same error numbers, told apart.</summary>
public sealed class ProhibitedTests : IDisposable
{
    private readonly LabNetwork _lab;
    private readonly LabServer _server;

    public ProhibitedTests()
    {
        Requires.Root();
        _lab = LabNetwork.Create(2);
        _server = LabServer.Start(_lab.Server);
    }

    public void Dispose()
    {
        _server.Dispose();
        _lab.Dispose();
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "icmp type admin-prohibited", "reported by a router or a firewall on the way, or the next hop")]
    [InlineData(AddressFamily.InterNetwork, "icmp type host-prohibited", "reported by a router or a firewall on the way, or the next hop")]
    [InlineData(AddressFamily.InterNetwork, "icmp type net-prohibited", "reported by a router or a firewall on the way, or the next hop")]
    [InlineData(AddressFamily.InterNetwork, "icmp type host-unreachable", "reported by a router or a firewall on the way, or the next hop")]
    [InlineData(AddressFamily.InterNetwork, "icmp type net-unreachable", "reported by a router or a firewall on the way, or the next hop")]
    [InlineData(AddressFamily.InterNetworkV6, "icmpv6 type admin-prohibited", "reported by a router or a firewall on the way, or by the host (ICMP)")]
    [InlineData(AddressFamily.InterNetworkV6, "icmpv6 type no-route", "reported by a router or a firewall on the way, or the next hop")]
    [InlineData(AddressFamily.InterNetworkV6, "icmpv6 type addr-unreachable", "reported by a router or a firewall on the way, or the next hop")]
    public void What_a_firewall_prohibits_is_not_told_as_if_it_were_this_host(AddressFamily family, string reject, string expected)
    {
        string target = Target(family);
        _lab.Client.Run(() => Command.Run(HopsCommand.Executable, target));
        NftRules.Apply(
            _lab.HostAt(1), $"table inet t {{ chain c {{ type filter hook forward priority 0; tcp dport {_server.Port} reject with {reject}; }}; }}");
        Outcome outcome = new HopsCommand { At = _lab.Client }.Run("--json", target);
        outcome.AssertStatus(1);
        Assert.Equal("unreachable", outcome.Values("error")[0]);
        Assert.Contains(expected, outcome.Values("message")[0], StringComparison.Ordinal);
        Assert.Contains($"{_server.Port}", outcome.Values("message")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Permission denied", outcome.Values("message")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "icmp")]
    [InlineData(AddressFamily.InterNetworkV6, "icmpv6")]
    public void What_is_refused_while_connect_has_the_socket_locked_is_told_before_the_SYN_is_sent_again(AddressFamily family, string protocol)
    {
        NftRules.Apply(
            _lab.Client,
            $"table inet t {{ chain c {{ type filter hook output priority 0; tcp dport {_server.Port} reject with {protocol} type port-unreachable; }}; }}");
        // The kernel sends it again after a second.
        Outcome outcome = new HopsCommand { At = _lab.Client }.Run("--json", "--timeout", "0.9", Target(family));
        outcome.AssertStatus(1);
        Assert.Equal("refused", outcome.Values("error")[0]);
    }

    [Fact]
    public void Over_IPv6_too_one_SYN_is_enough_to_be_refused()
    {
        string rule = $"tcp dport {_server.Port} counter reject with icmpv6 type port-unreachable;";
        NftRules.Apply(_lab.Client, $"table inet t {{ chain c {{ type filter hook output priority 0; {rule} }}; }}");
        // This source makes no second connection to measure who refused.
        Outcome outcome = new HopsCommand { At = _lab.Client }.Run(
            "--json", "--source", "socket-option", "--timeout", "30", Target(AddressFamily.InterNetworkV6));
        Assert.Equal("refused", outcome.Values("error")[0]);
        Assert.Contains("counter packets 1 ", _lab.Client.Run(static () => Command.Run("nft", "list", "table", "inet", "t")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_for_marked_packets_that_prohibits_is_one_of_this_host()
    {
        _lab.Client.Ip(["rule add fwmark 7 table 107", "route add prohibit default table 107"]);
        string message = new HopsCommand { At = _lab.Client }.Run("--json", "--mark", "7", Target(AddressFamily.InterNetwork)).Values("message")[0]!;
        Assert.Contains("a route or a rule of this host forbids", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_that_discards_is_one_of_this_host()
    {
        _lab.Client.Ip([$"route add blackhole {_lab.ServerAddress(AddressFamily.InterNetwork)}/32"]);
        string message = new HopsCommand { At = _lab.Client }.Run("--json", Target(AddressFamily.InterNetwork)).Values("message")[0]!;
        Assert.Contains("a route of this host discards packets to it", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_route_of_this_host_that_prohibits_is(AddressFamily family)
    {
        _lab.Client.Ip([$"route add prohibit {_lab.ServerAddress(family)}/{(family == AddressFamily.InterNetwork ? 32 : 128)}"]);
        Outcome outcome = new HopsCommand { At = _lab.Client }.Run("--json", Target(family));
        outcome.AssertStatus(1);
        Assert.Contains("a route or a rule of this host forbids", outcome.Values("message")[0], StringComparison.Ordinal);
    }

    private string Target(AddressFamily family) => family == AddressFamily.InterNetwork
        ? $"{_lab.ServerAddress(family)}:{_server.Port}"
        : $"[{_lab.ServerAddress(family)}]:{_server.Port}";

}
