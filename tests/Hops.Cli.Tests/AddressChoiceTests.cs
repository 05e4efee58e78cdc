using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary><c>--all-addresses</c> and <c>--resolve</c>.</summary>
public sealed class AddressChoiceTests : IDisposable
{
    private readonly LabNetwork _lab;
    private readonly LabServer[] _servers;
    private readonly UdpServer[] _udpServers;

    public AddressChoiceTests()
    {
        Requires.Root();
        // Each router listens, too: addresses of known, different distances.
        _lab = LabNetwork.Create(2);
        _servers = [.. Enumerable.Range(0, 3).Select(distance => LabServer.Start(_lab.HostAt(distance), 8080))];
        _udpServers = [.. Enumerable.Range(0, 3).Select(distance => UdpServer.Start(_lab.HostAt(distance), 8053))];
    }

    public void Dispose()
    {
        foreach (IDisposable each in (IDisposable[])[.. _servers, .. _udpServers, _lab])
        {
            each.Dispose();
        }
    }

    [Fact]
    public void Each_address_of_a_name_is_a_result_of_its_own()
    {
        // In order of preference (RFC 6724): the one in this end's own network comes first, wherever it stands in the file.
        string[] addresses = [At(0), At(1), At(2), "198.18.9.9"];
        string?[] hops = ["0", "1", "2", null];
        using PrivateNames names = new([.. addresses[1..].Append(addresses[0]).Select(static address => $"{address} many.example")]);
        HopsCommand command = new() { At = _lab.Client, Through = names.Through };
        // No host has 198.18.9.9, and the last router says so.
        _lab.HostAt(1).SetSysctl("net/ipv4/icmp_ratelimit", 0);
        _lab.HostAt(1).Ip(["route add unreachable 198.18.9.9/32"]);
        foreach ((string target, string[] options) in ((string, string[])[])
        [
            ("many.example:8080", []), ("many.example:8080", ["--source", "minimum-ttl"]), ("udp4://many.example:8053", []),
        ])
        {
            Outcome outcome = command.Run(["--json", "--all-addresses", "--count", "2", "--timeout", "3", .. options, target]);
            outcome.AssertStatus(1);
            Assert.Equal((string[])[.. addresses, .. addresses], outcome.Values("address"));
            Assert.Equal((string?[])[.. hops, .. hops], outcome.Values("hops"));
            Assert.All(outcome.Values("target"), text => Assert.Equal(target, text));
            Assert.Equal(["1", "1", "1", "1", "2", "2", "2", "2"], outcome.Values("attempt"));
            // Over UDP the kernel keeps that to itself.
            Assert.Equal(target.StartsWith("udp", StringComparison.Ordinal) ? "timeout" : "unreachable", outcome.Values("error")[3]);
            Assert.Contains("198.18.9.9", outcome.Values("message")[3], StringComparison.Ordinal);
            Assert.All(outcome.Json, JsonContract.AssertKept);
        }

        Outcome text = command.Run("--all-addresses", "--min-hops", "1", "many.example:8080");
        text.AssertStatus(3);
        Assert.Equal(
            [
                $"[+] many.example:8080 ({At(0)}:8080) is 0 hops away (socket-filter, nearer than 1)",
                $"[+] many.example:8080 ({At(1)}:8080) is 1 hop away (socket-filter)",
                $"[+] many.example:8080 ({At(2)}:8080) is 2 hops away (socket-filter)",
            ],
            text.Lines);
    }

    [Fact]
    public void A_silent_address_costs_the_others_no_time_and_is_named()
    {
        using PrivateNames names = new($"203.0.113.9 many.example", $"{At(2)} many.example");
        // Dropped without a word.
        _lab.HostAt(0).Ip(["route add blackhole 203.0.113.9/32"]);
        Outcome outcome = new HopsCommand { At = _lab.Client, Through = names.Through }.Run(
            "--json", "--all-addresses", "--timeout", "1.5", "many.example:8080");
        outcome.AssertStatus(1);
        Assert.Equal(["timeout", null], outcome.Values("error"));
        Assert.Equal(["203.0.113.9", At(2)], outcome.Values("address"));
        Assert.Equal("203.0.113.9 port 8080 did not answer within 1.5 s", outcome.Values("message")[0]);
    }

    [Fact]
    public void What_has_no_address_has_one_result()
    {
        using PrivateNames names = new($"{At(2)} one.example");
        Outcome outcome = new HopsCommand { At = _lab.Client, Through = names.Through }.Run(
            "--json", "--all-addresses", "no.example", "tcp6://one.example", "one.example:8080", $"{At(1)}:8080", "a b");
        outcome.AssertStatus(1);
        Assert.Equal(["unresolved", "no-address", null, null, "invalid-target"], outcome.Values("error"));
        Assert.Equal([null, null, "2", "1", null], outcome.Values("hops"));
        Assert.All(outcome.Json, JsonContract.AssertKept);
    }

    [Fact]
    public void An_address_that_is_given_for_a_name_is_measured_under_that_name()
    {
        using PrivateNames names = new($"{At(0)} known.example");
        HopsCommand command = new() { At = _lab.Client, Through = names.Through };
        string ipv6 = _lab.AddressAt(1, AddressFamily.InterNetworkV6).ToString();
        Outcome outcome = command.Run(
            "--json", "--resolve", $"no.example:{At(2)}", "--resolve", $"KNOWN.example.:8080:{At(1)}", "--resolve", $"six.example:[{ipv6}]",
            "no.example:8080", "known.example:8080", "udp4://known.example:8053", "six.example:8080", "http://no.example.:8080/", "tcp4://six.example:8080");
        outcome.AssertStatus(1);
        Assert.Equal(["2", "1", "0", "1", "2", null], outcome.Values("hops"));
        Assert.Equal([At(2), At(1), At(0), ipv6, At(2), null], outcome.Values("address"));
        Assert.Equal("no.example:8080", outcome.Values("target")[0]);
        Assert.Equal(("no-address", "--resolve gives it no IPv4 address"), (outcome.Values("error")[5], outcome.Values("message")[5]));
    }

    [Fact]
    public void Several_addresses_that_are_given_for_a_name_are_its_addresses()
    {
        Outcome outcome = new HopsCommand { At = _lab.Client }.Run(
            "--json", "--all-addresses", "--resolve", $"many.example:{At(1)}", "--resolve", $"many.example:8080:{At(2)}", "many.example:8080");
        outcome.AssertStatus(0);
        Assert.Equal(["1", "2"], outcome.Values("hops"));
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("example.com:")]
    [InlineData(":192.0.2.1")]
    [InlineData("example.com:other.example")]
    [InlineData("example.com:0:192.0.2.1")]
    [InlineData("example.com:65536:192.0.2.1")]
    [InlineData("example.com:2001:db8::1")]
    [InlineData("example.com:[192.0.2.1]")]
    [InlineData("example.com:[2001:db8::1]:443")]
    [InlineData("example.com:443:192.0.2.1:1")]
    [InlineData("192.0.2.1:192.0.2.2")]
    [InlineData("example.com:10.1")]
    public void Anything_else_is_wrong_usage(string value)
    {
        Outcome outcome = new HopsCommand().Run("--resolve", value, "127.0.0.1");
        outcome.AssertStatus(2);
        Assert.StartsWith("hops: --resolve takes a name and an address, such as example.com:192.0.2.1, ", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains($"not '{value}'", outcome.Errors, StringComparison.Ordinal);
    }

    private string At(int distance) => _lab.AddressAt(distance, AddressFamily.InterNetwork).ToString();
}
