using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>UDP, and the sources that are asked for by name, in networks of known size and where they fail.</summary>
public sealed class MethodTests
{
    private static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    public MethodTests() => Requires.Root();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_source_counts_the_routers_and_says_its_name(int routers)
    {
        using LabNetwork lab = LabNetwork.Create(routers);
        using LabServer server = LabServer.Start(lab.Server);
        using UdpServer udp = UdpServer.Start(lab.Server);
        HopsCommand hops = new() { At = lab.Client };
        foreach (AddressFamily family in Families)
        {
            IPAddress address = lab.ServerAddress(family);
            string version = family == AddressFamily.InterNetwork ? "4" : "6";
            string tcp = $"{new IPEndPoint(address, server.Port)}";
            foreach (string source in (string[])["socket-filter", "socket-option", "minimum-ttl"])
            {
                if (source != "socket-option" || family == AddressFamily.InterNetworkV6)
                {
                    Assert.Equal(new Outcome(0, $"[+] TTL distance to tcp{version}://{tcp} {tcp} is {routers} ({source})\n", ""), hops.Run(
                        "--source", source, $"tcp{version}://{tcp}"));
                }
            }

            string question = $"{new IPEndPoint(address, udp.Port)}";
            Assert.Equal(
                new Outcome(0, $"[+] udp{version}://{question} ({question}) is {routers} {(routers == 1 ? "hop" : "hops")} away (datagram)\n", ""),
                hops.Run($"udp{version}://{question}"));
            Outcome json = hops.Run("--json", $"udp{version}://{question}");
            Assert.Equal(("datagram", $"{routers}", $"ipv{version}"), (json.Values("source")[0], json.Values("hops")[0], json.Values("family")[0]));
            Assert.All(json.Json, JsonContract.AssertKept);
        }
    }

    [Fact]
    public void Verbose_says_what_the_time_is_of()
    {
        using LabServer server = LabServer.Start();
        using UdpServer udp = UdpServer.Start();
        Outcome outcome = new HopsCommand().Run("--verbose", "--source", "minimum-ttl", $"127.0.0.1:{server.Port}", $"udp4://127.0.0.1:{udp.Port}");
        outcome.AssertStatus(0);
        Assert.Matches(@" \(minimum-ttl, TTL 64 of 64, measured in \d+\.\d{1,3} ms with \d\d connections\)$", outcome.Lines[0]);
        Assert.Matches(@" \(datagram, TTL 64 of 64, answered in \d+\.\d{1,3} ms\)$", outcome.Lines[1]);
    }

    [Fact]
    public void Probing_fails_as_connecting_does()
    {
        using SilentNetwork network = new();
        Outcome outcome = network.Hops.Run("--json", "--source", "minimum-ttl", "--timeout", "3", network.Good, network.Refusing, SilentNetwork.Silent());
        outcome.AssertStatus(1);
        Assert.Equal([null, "refused", "timeout"], outcome.Values("error"));
        Assert.All(outcome.Json, JsonContract.AssertKept);
        Assert.Contains("within 3 s", outcome.Values("message")[2], StringComparison.Ordinal);

        using NetworkNamespace nowhere = NetworkNamespace.Create();
        Assert.Equal(["unreachable"], new HopsCommand { At = nowhere }.Run("--json", "--source", "minimum-ttl", "192.0.2.1").Values("error"));
    }

    [Fact]
    public void Probes_that_contradict_each_other_measure_nothing()
    {
        using LabNetwork lab = LabNetwork.Create(0);
        using Socket low = Listen(20, 0);
        using Socket high = Listen(250, ((IPEndPoint)low.LocalEndPoint!).Port);
        string target = $"{lab.ServerAddress(AddressFamily.InterNetwork)}:{((IPEndPoint)low.LocalEndPoint!).Port}";
        Outcome outcome = new HopsCommand { At = lab.Client }.Run(
            "--json", "--source", "minimum-ttl", "--count", "20", "--rate-per-host", "10000", "--min-hops", "1", target);
        outcome.AssertStatus(3);
        Assert.Contains("unmeasured", outcome.Values("error"));
        Assert.All(outcome.Json, JsonContract.AssertKept);

        Socket Listen(int ttl, int port) => lab.Server.Run(() =>
        {
            Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Ttl = (short)ttl };
            // SO_REUSEPORT: the kernel hands connections out at random.
            listener.SetRawSocketOption(1, 15, BitConverter.GetBytes(1));
            listener.Bind(new IPEndPoint(IPAddress.Any, port));
            listener.Listen(4096);
            return listener;
        });
    }

    [Fact]
    public void A_name_with_several_addresses_is_probed_and_asked_until_one_answers()
    {
        using LabNetwork lab = LabNetwork.Create(1);
        using LabServer server = LabServer.Start(lab.Server);
        using UdpServer udp = UdpServer.Start(lab.Server);
        using PrivateNames names = new("203.0.113.1 two.example", $"{lab.ServerAddress(AddressFamily.InterNetwork)} two.example");
        Outcome outcome = new HopsCommand { At = lab.Client, Through = names.Through }.Run(
            "--json", "--timeout", "6", "--source", "minimum-ttl", $"two.example:{server.Port}", $"udp4://two.example:{udp.Port}");
        outcome.AssertStatus(0);
        Assert.All(outcome.Values("hops"), static hops => Assert.Equal("1", hops));
    }

    [Fact]
    public void Over_UDP_refusal_and_silence_are_told_apart()
    {
        using SilentNetwork network = new();
        string refusing = $"udp4://{network.Refusing}";
        string silent = $"udp4://{SilentNetwork.Silent()}";
        Outcome outcome = network.Hops.Run("--json", "--timeout", "2", refusing, silent, "udp6://[2001:db8::]:1", "udp6://127.0.0.1:1");
        outcome.AssertStatus(1);
        Assert.Equal(["refused", "timeout"], outcome.Values("error")[..2]);
        Assert.Equal("no-address", outcome.Values("error")[3]);
        Assert.All(outcome.Json, JsonContract.AssertKept);

        using NetworkNamespace nowhere = NetworkNamespace.Create();
        Assert.Equal(
            ["unreachable", "unreachable"], new HopsCommand { At = nowhere }.Run("--json", "udp4://192.0.2.1", "udp6://[2001:db8::1]").Values("error"));
    }

    [Fact]
    public void A_question_that_was_lost_is_asked_again_and_never_more_than_twice()
    {
        using UdpServer server = UdpServer.Start(lost: 2);
        Stopwatch watch = Stopwatch.StartNew();
        Outcome outcome = new HopsCommand().Run("--timeout", "6", $"udp4://127.0.0.1:{server.Port}");
        outcome.AssertStatus(0);
        Assert.InRange(watch.Elapsed.TotalSeconds, 4, 20);
        Assert.Equal(3, server.Questions.Length);
        // The same question, so that any answer is one.
        Assert.Single(server.Questions.Select(Convert.ToHexString).Distinct());

        using UdpServer silent = UdpServer.Start(lost: int.MaxValue);
        Outcome timeout = new HopsCommand().Run("--json", "--timeout", "3", $"udp4://127.0.0.1:{silent.Port}");
        Assert.Equal(["timeout"], timeout.Values("error"));
        Assert.Equal(3, silent.Questions.Length);
    }

    [Fact]
    public void The_question_is_a_query_of_the_DNS_with_an_identity_of_its_own_or_what_was_asked_for()
    {
        using UdpServer server = UdpServer.Start();
        string target = $"udp4://127.0.0.1:{server.Port}";
        new HopsCommand().Run("--count", "4", "--parallel", "1", target).AssertStatus(0);
        string[] queries = [.. server.Questions.Select(Convert.ToHexString)];
        Assert.All(queries, static query => Assert.EndsWith("010000010000000000000000020001", query, StringComparison.Ordinal));
        Assert.All(queries, static query => Assert.Equal(34, query.Length));
        Assert.NotEqual(1, queries.Distinct().Count());

        new HopsCommand().Run("--payload", "00ffAb", target).AssertStatus(0);
        Assert.Equal([0, 255, 0xab], server.Questions[^1]);
    }

    [Fact]
    public void An_answer_from_elsewhere_is_none()
    {
        using UdpServer server = UdpServer.Start(stranger: true);
        Outcome outcome = new HopsCommand().Run("--json", "--timeout", "0.3", $"udp4://127.0.0.1:{server.Port}", $"udp6://[::1]:{server.Port}");
        Assert.Equal(["timeout", "timeout"], outcome.Values("error"));
    }

    [Fact]
    public void The_port_of_UDP_is_53_unless_the_target_or_an_option_says_otherwise()
    {
        using LabNetwork lab = LabNetwork.Create(0);
        using UdpServer dns = UdpServer.Start(lab.Server, 53);
        using UdpServer other = UdpServer.Start(lab.Server, 8053);
        string address = lab.ServerAddress(AddressFamily.InterNetwork).ToString();
        HopsCommand hops = new() { At = lab.Client };
        Assert.Equal(["53", "8053"], hops.Run("--json", $"udp4://{address}", $"udp4://{address}:8053").Values("port"));
        Assert.Equal(["8053"], hops.Run("--json", "-p", "8053", $"udp4://{address}").Values("port"));
    }
}
