using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>The samples behave like good command-line programs.</summary>
public sealed class CommandLineTests
{
    /// <summary>A sample, and arguments that would do if it were permitted.</summary>
    public static TheoryData<string, string[]> Samples => new()
    {
        { "ConnectLog", ["/"] },
        { "DropUdp", ["/", "53"] },
        { "PacketsByProtocol", [] },
        { "PortSteering", ["7000", "8000", "8099"] },
        { "PrefixFirewall", ["lo", "deny", "198.51.100.0/24"] },
        { "SynAckTtl", ["/"] },
        { "XdpCounter", ["lo"] },
    };

    [Theory]
    [InlineData("ConnectLog")]
    [InlineData("ConnectLog", "/", "/")]
    [InlineData("DropUdp", "/")]
    [InlineData("DropUdp", "/", "0")]
    [InlineData("DropUdp", "/", "65536")]
    [InlineData("DropUdp", "/", "dns")]
    [InlineData("PacketsByProtocol", "0")]
    [InlineData("PacketsByProtocol", "-1")]
    [InlineData("PacketsByProtocol", "ten")]
    [InlineData("PacketsByProtocol", "1", "2")]
    [InlineData("PortSteering", "7000", "8000")]
    [InlineData("PortSteering", "0", "8000", "8099")]
    [InlineData("PortSteering", "7000", "8099", "8000")]
    [InlineData("PortSteering", "7000", "8000", "65536")]
    [InlineData("PrefixFirewall", "lo")]
    [InlineData("PrefixFirewall", "lo", "deny")]
    [InlineData("PrefixFirewall", "lo", "198.51.100.0/24", "deny")]
    [InlineData("PrefixFirewall", "lo", "deny", "10/8")]
    [InlineData("PrefixFirewall", "lo", "deny", "fe80::%1/64")]
    [InlineData("PrefixFirewall", "lo", "deny", "::ffff:10.0.0.0/104")]
    [InlineData("PrefixFirewall", "lo", "deny", "198.51.100.1/24")]
    [InlineData("PrefixFirewall", "lo", "deny", "198.51.100.0/24", "allow", "198.51.100.0/24")]
    [InlineData("SynAckTtl")]
    [InlineData("SynAckTtl", "/", "/")]
    [InlineData("XdpCounter")]
    [InlineData("XdpCounter", "")]
    public void Wrong_arguments_are_answered_with_the_usage_and_2(string name, params string[] arguments)
    {
        Requires.Linux();
        (int status, string output, string errors) = Sample.Run(name, arguments);
        Assert.Equal(2, status);
        Assert.Empty(output);
        Assert.StartsWith($"Usage: {name}", errors, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Without_capabilities_a_sentence_says_what_is_missing(string name, string[] arguments)
    {
        Requires.Root();
        (int status, string output, string errors) = Sample.RunWithoutCapabilities(name, arguments);
        Assert.Equal(1, status);
        Assert.Empty(output);
        Assert.Matches("needs CAP_BPF( and CAP_NET_ADMIN)?: run as root", errors);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("not a cgroup", "ConnectLog", "/")]
    [InlineData("there is no folder", "ConnectLog", "/nowhere")]
    [InlineData("not a cgroup", "DropUdp", "/", "53")]
    [InlineData("not a cgroup", "SynAckTtl", "/")]
    [InlineData("there is no such interface", "PrefixFirewall", "nowhere0", "deny", "198.51.100.0/24")]
    [InlineData("there is no such interface", "XdpCounter", "nowhere0")]
    public void A_place_that_is_none_is_named_in_a_sentence(string expected, string name, params string[] arguments)
    {
        Requires.Root();
        (int status, string output, string errors) = Sample.Run(name, arguments);
        Assert.Equal(1, status);
        Assert.Empty(output);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Contains(arguments[0], errors, StringComparison.Ordinal);
    }
}
