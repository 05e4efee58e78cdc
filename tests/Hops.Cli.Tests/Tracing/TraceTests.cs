using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hops.Cli.Tests.Support;
using Hops.Lab;

namespace Hops.Cli.Tests.Tracing;

/// <summary><c>hops trace</c> in networks of real routers, with the limits on ICMP that Linux has by default.</summary>
public sealed class TraceTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/trace.schema.json"))).RootElement;

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Ways_of_the_same_length_show_each_router_once(AddressFamily family)
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2", "r3");
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        JsonElement trace = Trace(lab, 0, Target(lab.Address("server", "r3", family)));
        Assert.Equal(
            ("reached", 3, 3, false),
            (Text(trace, "end"), Number(trace, "routersThere"), Number(trace.GetProperty("back"), "hops"), trace.GetProperty("differs").GetBoolean()));
        Assert.Equal("socket-filter", Text(trace.GetProperty("back"), "source"));
        Assert.Equal(
            [
                $"{lab.Address("r1", "client", family)} router 0", $"{lab.Address("r2", "r1", family)} router 1",
                $"{lab.Address("r3", "r2", family)} router 2", $"{lab.Address("server", "r3", family)} answered",
            ],
            Answers(trace));
        Assert.All(Ttls(trace), static ttl => Assert.Equal((3, 3), (Number(ttl, "probes"), Number(ttl.GetProperty("answers")[0], "count"))));
        Assert.All(Ttls(trace), static ttl => Assert.InRange(ttl.GetProperty("answers")[0].GetProperty("minimumMilliseconds").GetDouble(), 0.001, 999));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_longer_way_back_is_not_the_same_way(AddressFamily family)
    {
        using RoutedLab lab = RoutedLab.Asymmetric();
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        string target = Target(lab.Address("server", "r2", family));
        JsonElement trace = Trace(lab, 0, target);
        Assert.Equal((2, 4, true), (Number(trace, "routersThere"), Number(trace.GetProperty("back"), "hops"), trace.GetProperty("differs").GetBoolean()));
        Assert.Equal(
            [
                $"{lab.Address("r1", "client", family)} router 0", $"{lab.Address("r2", "r1", family)} router 1",
                $"{lab.Address("server", "r2", family)} answered",
            ],
            Answers(trace));

        Outcome text = lab.Hops.Run("trace", "--no-names", target);
        text.AssertStatus(0);
        Assert.Equal(
            [
                "[+] There 2 routers, back 4 (socket-filter): not the same way.",
                "The target is not a router: mtr and traceroute count it, too, and end with line 3.",
            ],
            text.Lines[^2..]);
        Assert.Equal(["1", "2", "3"], text.Lines[2..^2].Select(static line => line[..3].Trim()));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Routers_that_share_the_load_are_shown_for_the_same_TTL(AddressFamily family)
    {
        using RoutedLab lab = RoutedLab.Balanced();
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        // That ten packets all go one way happens once in 512 times.
        JsonElement trace = Trace(lab, 0, "--probes", "10", Target(lab.Address("server", "loop", family)));
        Assert.Equal(2, Number(trace, "routersThere"));
        Assert.Equal(
            ((string[])[$"{lab.Address("ra", "r1", family)}", $"{lab.Address("rb", "r1", family)}"]).Order(),
            Ttls(trace)[1].GetProperty("answers").EnumerateArray().Select(static answer => Text(answer, "address")).Order());
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Packets_from_one_port_go_one_way(AddressFamily family)
    {
        using RoutedLab lab = RoutedLab.Balanced();
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        string target = Target(lab.Address("server", "loop", family));
        foreach (string router in (string[])["r1", "ra", "rb"])
        {
            lab[router].SetSysctl("net/ipv4/icmp_ratelimit", 0);
            lab[router].SetSysctl("net/ipv6/icmp/ratelimit", 0);
        }

        HashSet<string> routers = [];
        // Each trace chooses a port, and so one of the two routers: all choose the same once in 2 million times.
        for (int i = 0; i < 22 && routers.Count < 2; i++)
        {
            JsonElement trace = Trace(lab, 0, "--one-path", "--probes", "5", target);
            Assert.Equal(2, Number(trace, "routersThere"));
            JsonElement only = Assert.Single(Ttls(trace)[1].GetProperty("answers").EnumerateArray());
            Assert.Equal(5, Number(only, "count"));
            routers.Add(Text(only, "address"));
        }

        Assert.Equal(2, routers.Count);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_silent_router_is_a_star_and_is_counted(AddressFamily family)
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2", "r3");
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        lab.Filter("r2", "output", "icmp type time-exceeded drop", "icmpv6 type time-exceeded drop");
        string target = Target(lab.Address("server", "r3", family));
        JsonElement trace = Trace(lab, 0, target);
        Assert.Equal((3, 0), (Number(trace, "routersThere"), Ttls(trace)[1].GetProperty("answers").GetArrayLength()));

        Outcome text = lab.Hops.Run("trace", "--no-names", "--timeout", "1.5", target);
        Assert.Equal("  2  *", text.Lines[3]);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "administratively prohibited (ICMP type 3, code 13)")]
    [InlineData(AddressFamily.InterNetworkV6, "administratively prohibited (ICMPv6 type 1, code 1)")]
    public void A_router_that_rejects_ends_it_and_is_named(AddressFamily family, string reason)
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2", "r3");
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        lab.Filter("r2", "forward", "tcp dport 443 reject with icmpx type admin-prohibited");
        Outcome text = lab.Hops.Run("trace", "--no-names", Target(lab.Address("server", "r3", family)));
        text.AssertStatus(1);
        Assert.StartsWith($"[!] Not reached: {lab.Address("r2", "r1", family)} reports: {reason}; back unknown.", text.Lines[^1], StringComparison.Ordinal);

        JsonElement trace = Trace(lab, 1, Target(lab.Address("server", "r3", family)));
        Assert.Equal(("unreachable", false), (Text(trace, "end"), trace.TryGetProperty("routersThere", out _)));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_target_that_refuses_has_been_reached(AddressFamily family)
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2");
        JsonElement trace = TraceOf(lab.Hops.Run("trace", "--json", "--no-names", Target(lab.Address("server", "r2", family))));
        Assert.Equal(("reached", 2), (Text(trace, "end"), Number(trace, "routersThere")));
        Assert.Equal($"{lab.Address("server", "r2", family)} refused", Answers(trace)[^1]);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Datagrams_that_are_refused_tell_both_ways(AddressFamily family)
    {
        using RoutedLab lab = RoutedLab.Asymmetric();
        JsonElement trace = Trace(lab, 0, $"{(family == AddressFamily.InterNetwork ? "udp4" : "udp6")}://{Target(lab.Address("server", "r2", family))}");
        Assert.Equal(("udp", 2), (Text(trace, "protocol"), Number(trace, "routersThere")));
        Assert.Equal((4, "icmp"), (Number(trace.GetProperty("back"), "hops"), Text(trace.GetProperty("back"), "source")));
        Assert.Equal($"{lab.Address("server", "r2", family)} refused 4", Answers(trace)[^1]);
    }

    [Fact]
    public void Datagrams_that_are_answered_tell_both_ways()
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2");
        using UdpServer server = UdpServer.Start(lab[RoutedLab.Server]);
        JsonElement trace = Trace(lab, 0, $"udp4://{lab.Address("server", "r2")}:{server.Port}");
        Assert.Equal((2, 2, "datagram"), (Number(trace, "routersThere"), Number(trace.GetProperty("back"), "hops"), Text(trace.GetProperty("back"), "source")));
        Assert.Equal($"{lab.Address("server", "r2")} answered 2", Answers(trace)[^1]);
    }

    [Fact]
    public void A_target_that_is_not_there_ends_in_silence_soon()
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2");
        lab.Filter(RoutedLab.Server, "input", "tcp dport 443 drop");
        Outcome text = lab.Hops.Run("trace", "--no-names", "--timeout", "0.5", $"{lab.Address("server", "r2")}");
        text.AssertStatus(1);
        Assert.Equal(
            $"[!] Not reached: no answer after TTL 2, up to 16; back unknown: {lab.Address("server", "r2")} port 443 did not answer within 0.5 s.",
            text.Lines[^1]);
    }

    [Fact]
    public void Where_this_host_lets_nothing_out_it_cannot_trace()
    {
        using RoutedLab lab = RoutedLab.Row("r1");
        lab.Filter(RoutedLab.Client, "output", "udp dport 53 drop");
        string target = $"udp4://{lab.Address("server", "r1")}";
        Outcome text = lab.Hops.Run("trace", target);
        text.AssertStatus(4);
        Assert.Equal($"[!] {target}: this host refuses to send: Permission denied\n", text.Errors);
        Assert.Equal("not-permitted", Text(Trace(lab, 4, target), "error"));
    }

    [Fact]
    public void A_target_without_a_route_is_unreachable()
    {
        using RoutedLab lab = new("client-r1");
        Outcome text = lab.Hops.Run("trace", "203.0.113.1");
        text.AssertStatus(1);
        Assert.Equal("[!] 203.0.113.1: this host refuses to send: Network is unreachable (203.0.113.1:443)\n", text.Errors);
    }

    [Fact]
    public void A_target_that_answers_is_looked_for_behind_any_number_of_silent_routers()
    {
        string[] routers = [.. Enumerable.Range(1, 20).Select(static i => $"r{i}")];
        using RoutedLab lab = RoutedLab.Row(routers);
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        foreach (string router in routers[3..])
        {
            lab.Filter(router, "output", "icmp type time-exceeded drop");
        }

        JsonElement trace = Trace(lab, 0, "--timeout", "1", $"{lab.Address("server", "r20")}");
        Assert.Equal(20, Number(trace, "routersThere"));

        JsonElement short1 = Trace(lab, 1, "--timeout", "0.5", "--max-hops", "10", $"{lab.Address("server", "r20")}");
        Assert.Equal(("maximum-hops", 20, 3), (Text(short1, "end"), Number(short1.GetProperty("back"), "hops"), Ttls(short1).Length));
    }

    internal static JsonElement Trace(RoutedLab lab, int status, params string[] words)
    {
        Outcome outcome = lab.Hops.Run(["trace", "--json", "--no-names", .. words]);
        outcome.AssertStatus(status);
        return TraceOf(outcome);
    }

    internal static JsonElement TraceOf(Outcome outcome)
    {
        JsonElement trace = outcome.OneJson;
        Assert.True(JsonSchema.Accepts(Schema, trace), $"Not as docs/trace.schema.json says: {trace}");
        Assert.Equal("", outcome.Errors);
        return trace;
    }

    internal static JsonElement[] Ttls(JsonElement trace) => [.. trace.GetProperty("ttls").EnumerateArray()];

    /// <summary>Who answered, how, and from how far; each in the order of TTLs.</summary>
    internal static string[] Answers(JsonElement trace) =>
    [
        .. Ttls(trace).SelectMany(static ttl => ttl.GetProperty("answers").EnumerateArray()).Select(static answer =>
            $"{Text(answer, "address")} {Text(answer, "answer")}{(answer.TryGetProperty("back", out JsonElement back) ? $" {Number(back, "hops")}" : "")}"),
    ];

    internal static string Target(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";

    internal static int Number(JsonElement json, string field) => json.GetProperty(field).GetInt32();

    internal static string Text(JsonElement json, string field) => json.GetProperty(field).GetString()!;
}
