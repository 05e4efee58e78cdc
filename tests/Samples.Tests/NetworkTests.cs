using System.Text.RegularExpressions;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>The samples that look at interfaces, each in a network of its own, which goes with it.</summary>
public sealed class NetworkTests
{
    private const string LoopbackUp = "ip link set lo up";

    // A neighbour that is not there needs no answer: frames to it leave veth0 and arrive at veth1. Without IPv6 there are no announcements.
    private const string Cable = """
        echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
        ip link add veth0 type veth peer name veth1
        ip address add 10.9.0.1/24 dev veth0
        ip link set veth0 up
        ip link set veth1 up
        ip neighbour add 10.9.0.9 lladdr 02:00:00:00:00:09 dev veth0
        """;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void PacketsByProtocol_counts_what_arrives_once_and_by_protocol(string signal)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using Sample sample = Sample.StartInNetwork(LoopbackUp, "PacketsByProtocol");
        // No server listens: a datagram is answered with ICMP, a SYN with a RST.
        sample.InItsNetwork("""
            for i in 1 2 3; do echo hello >/dev/udp/127.0.0.1/9; done
            echo hello >/dev/udp/::1/9
            : </dev/tcp/127.0.0.1/9
            """);
        (int status, string output, string errors) = sample.End(signal);
        Assert.Equal((0, ""), (status, errors));
        // Ethernet, IPv4 and UDP headers and six bytes; the same with IPv6.
        Assert.Matches(new Regex($"^UDP +4 +{(3 * (14 + 20 + 8 + 6)) + 14 + 40 + 8 + 6}$", RegexOptions.Multiline), output);
        Assert.Matches(new Regex("^ICMP +3 ", RegexOptions.Multiline), output);
        Assert.Matches(new Regex("^ICMPv6 +1 ", RegexOptions.Multiline), output);
        Assert.Matches(new Regex("^TCP +2 ", RegexOptions.Multiline), output);
    }

    [Fact]
    public void PacketsByProtocol_ends_by_itself_when_asked_to()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        (int status, string output, string errors) = Sample.Run("PacketsByProtocol", "1");
        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("protocol      packets         bytes\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void XdpCounter_counts_frames_in_the_driver()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using Sample sample = Sample.StartInNetwork(Cable, "XdpCounter", "veth1");
        sample.InItsNetwork("for i in 1 2 3; do echo hello >/dev/udp/10.9.0.9/9; done");
        sample.WaitFor("total 3 frames");
        (int status, string output, string errors) = sample.End();
        Assert.Equal((0, ""), (status, errors));
        Assert.StartsWith("Counting on veth1, in mode Driver.", output, StringComparison.Ordinal);
        Assert.EndsWith($"\nTotal: 3 frames, {3 * (14 + 20 + 8 + 6)} bytes\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void XdpCounter_falls_back_to_the_network_stack_where_the_driver_cannot()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using Sample sample = Sample.StartInNetwork(LoopbackUp, "XdpCounter", "lo");
        sample.InItsNetwork("echo hello >/dev/udp/::1/9");
        // The datagram, and the ICMP answer that no server listens.
        sample.WaitFor("total 2 frames");
        (int status, string output, string errors) = sample.End("TERM");
        Assert.Equal((0, ""), (status, errors));
        Assert.StartsWith("Counting on lo, in mode Generic.", output, StringComparison.Ordinal);
        Assert.Contains("\nTotal: 2 frames, ", output, StringComparison.Ordinal);
    }
}
