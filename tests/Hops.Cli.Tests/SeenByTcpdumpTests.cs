using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>
/// Networks that are not a plain chain of routers. The printed TTL is that of the SYN+ACK as tcpdump sees it arrive, whatever changed it on the way.
/// </summary>
public sealed partial class SeenByTcpdumpTests : IDisposable
{
    private const int Routers = 3;
    private const int Attempts = 8;

    private readonly LabNetwork _lab;
    private readonly LabServer _server;

    public SeenByTcpdumpTests()
    {
        Requires.Root();
        _lab = LabNetwork.Create(Routers);
        _server = LabServer.Start(_lab.Server);
    }

    public void Dispose()
    {
        _server.Dispose();
        _lab.Dispose();
    }

    /// <summary>Changes of the network, and the TTLs that can then arrive.</summary>
    public static TheoryData<string, int[]> Networks { get; } = new()
    {
        { "plain", [64 - Routers] },
        { "initial TTL of 255", [255 - Routers] },
        { "TTL rewritten", [200 - 2] },
        { "SYN proxy", [64 - 1] },
        { "short way back", [64 - 1] },
        { "two ways back", [64 - 1, 64 - Routers] },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_TTL_that_is_printed_is_the_one_that_arrived(string network, int[] possible)
    {
        foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            Change(network, family);
            IPEndPoint server = new(_lab.ServerAddress(family), _server.Port);
            using Process tcpdump = StartTcpdump(family, server.Port);
            Outcome outcome = new HopsCommand { At = _lab.Client }.Run("--json", "--parallel", "1", "--count", $"{Attempts}", $"{server}");
            outcome.AssertStatus(0);
            string seen = tcpdump.StandardOutput.ReadToEnd();
            string summary = tcpdump.StandardError.ReadToEnd();
            tcpdump.WaitForExit();
            Assert.Contains("0 packets dropped by kernel", summary, StringComparison.Ordinal);
            string[] arrived = [.. Ttl().Matches(seen).Select(static m => m.Groups[1].Value)];
            Assert.Equal(Attempts, arrived.Length);
            Assert.Equal(arrived, outcome.Values("receivedTtl"));
            Assert.True(arrived.All(ttl => possible.Contains(int.Parse(ttl))), $"{family}: {string.Join(' ', arrived)}");
        }
    }

    private void Change(string network, AddressFamily family)
    {
        bool is4 = family == AddressFamily.InterNetwork;
        NetworkNamespace first = _lab.HostAt(0);
        switch (network)
        {
            case "initial TTL of 255":
                _lab.SetServerInitialTtl(255);
                break;
            case "TTL rewritten":
                // Two routers are between the rewriting one and the client; the rewriting one then also lowers the TTL by one.
                string table = is4 ? "ip" : "ip6";
                string field = is4 ? "ip ttl" : "ip6 hoplimit";
                NftRules.Apply(
                    _lab.HostAt(2),
                    $"table {table} t {{ chain c {{ type filter hook prerouting priority 0; tcp sport {_server.Port} {field} set 201; }}; }}");
                break;
            case "SYN proxy":
                NftRules.Apply(_lab.HostAt(1), $$"""
                    table {{(is4 ? "ip" : "ip6")}} proxy {
                        chain prerouting { type filter hook prerouting priority raw; tcp dport {{_server.Port}} tcp flags syn notrack; }
                        chain forward {
                            type filter hook forward priority filter;
                            tcp dport {{_server.Port}} ct state invalid,untracked synproxy mss 1440 wscale 7 timestamp sack-perm
                            ct state invalid drop
                        }
                    }
                    """);
                _lab.HostAt(1).SetSysctl("net/netfilter/nf_conntrack_tcp_loose", 0);
                break;
            case "short way back" or "two ways back":
                string length = is4 ? "30" : "64";
                (string near, string far) = is4 ? ("198.19.0.2", "198.19.0.1") : ("2001:db8:1::2", "2001:db8:1::1");
                string client = is4 ? "198.18.0.0/30" : "2001:db8::/64";
                string nodad = is4 ? "" : " nodad";
                if (is4)
                {
                    // IPv6 resolves neighbours from link-local addresses.
                    _lab.Server.Ip(
                    [
                        $"link add short index 30 type veth peer name short index 40 netns {first.Path}", "address add fe80::1/64 dev short nodad",
                        "link set short up",
                    ]);
                    first.Ip(["address add fe80::2/64 dev short nodad", "link set short up"]);
                }

                _lab.Server.Ip([$"address add {far}/{length} dev short{nodad}"]);
                first.Ip([$"address add {near}/{length} dev short{nodad}"]);
                string longWay = _lab.AddressAt(Routers, family).ToString()[..^1] + "1";
                _lab.Server.Ip(
                    [network == "short way back" ? $"route add {client} via {near}" : $"route add {client} nexthop via {near} nexthop via {longWay}"]);
                // A hash of the flow with its ports, not only of the addresses: each connection may take another way.
                _lab.Server.SetSysctl($"net/{(is4 ? "ipv4" : "ipv6")}/fib_multipath_hash_policy", 1);
                break;
        }
    }

    private Process StartTcpdump(AddressFamily family, int port)
    {
        // SYN and ACK: in the 14th byte of TCP's header.
        string flags = family == AddressFamily.InterNetwork ? "tcp[13] & 0x12 == 0x12" : "ip6[40 + 13] & 0x12 == 0x12";
        ProcessStartInfo start = new(
            Requires.Program("tcpdump", "tcpdump"),
            ["-nn", "-v", "--immediate-mode", "-Z", "root", "-Q", "in", "-i", "any", "-c", $"{Attempts}", $"src port {port} and {flags}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = _lab.Client.Run(() => Process.Start(start)!);
        while (process.StandardError.ReadLine() is { } line && !line.Contains("listening on", StringComparison.Ordinal))
        {
        }

        return process;
    }


    [GeneratedRegex(@"(?:ttl|hlim) (\d+)")]
    private static partial Regex Ttl();
}
