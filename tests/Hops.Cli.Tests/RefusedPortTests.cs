using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>The distance of the host that refuses is shown, and never as the target's distance.</summary>
public sealed class RefusedPortTests
{
    private const string Ipv4Resets = "tcp[tcpflags] & tcp-rst != 0";
    private const string Ipv6Resets = "ip6 and ip6[53] & 4 != 0";

    private static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    public RefusedPortTests() => Requires.Root();

    [Fact]
    public void A_closed_port_tells_how_far_away_its_host_is()
    {
        using LabNetwork lab = LabNetwork.Create(3);
        HopsCommand hops = new() { At = lab.Client };
        foreach (AddressFamily family in Families)
        {
            string target = $"{new IPEndPoint(lab.ServerAddress(family), 81)}";
            using SeenTtls seen = new(lab.Client, "toserver", 2, family == AddressFamily.InterNetwork ? Ipv4Resets : Ipv6Resets);
            Outcome json = hops.Run("--json", target);
            json.AssertStatus(1);
            JsonContract.AssertKept(json.OneJson);
            Assert.Equal(
                ("refused", "3", "61", "64", "True", "socket-filter", "rst", $"{lab.ServerAddress(family)}", "81"),
                (Value(json, "error"), Value(json, "hops"), Value(json, "receivedTtl"), Value(json, "initialTtl"), Value(json, "plausible"),
                    Value(json, "source"),
                    Value(json, "packet"), Value(json, "address"), Value(json, "port")));
            // One refused the connect, one the second connect that measured it.
            Assert.Equal([61, 61], seen.Wait());

            Outcome text = hops.Run(target);
            text.AssertStatus(1);
            Assert.Equal("", text.Output);
            Assert.StartsWith($"[!] {target}: ", text.Errors, StringComparison.Ordinal);
            Assert.EndsWith("; the machine that refused is 3 hops away (socket-filter, RST)\n", text.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_implausible_distance_of_a_refusal_is_marked()
    {
        using LabNetwork lab = LabNetwork.Create(0);
        lab.SetServerInitialTtl(65);
        string target = $"{lab.ServerAddress(AddressFamily.InterNetwork)}:81";
        HopsCommand hops = new() { At = lab.Client };
        Assert.EndsWith(
            "; the machine that refused is 63 hops away (socket-filter, RST, implausible: TTL 65 of 128)\n",
            hops.Run(target).Errors,
            StringComparison.Ordinal);
        Assert.Equal("False", Value(hops.Run("--json", target), "plausible"));
    }

    [Fact]
    public void A_firewall_on_the_way_refuses_from_where_it_is()
    {
        using LabNetwork lab = LabNetwork.Create(3);
        using LabServer server = LabServer.Start(lab.Server);
        Filter(lab.HostAt(1), "reject with tcp reset");
        foreach (AddressFamily family in Families)
        {
            using SeenTtls seen = new(lab.Client, "toserver", 2, family == AddressFamily.InterNetwork ? Ipv4Resets : Ipv6Resets);
            Outcome outcome = new HopsCommand { At = lab.Client }.Run("--json", $"{new IPEndPoint(lab.ServerAddress(family), server.Port)}");
            outcome.AssertStatus(1);
            Assert.Equal(("refused", "1"), (Value(outcome, "error"), Value(outcome, "hops")));
            int ttl = int.Parse(Value(outcome, "receivedTtl")!, CultureInfo.InvariantCulture);
            Assert.Equal([ttl, ttl], seen.Wait());
        }
    }

    [Theory]
    [InlineData("icmp port-unreachable", "icmpv6 port-unreachable")]
    [InlineData("icmp host-prohibited", "icmpv6 addr-unreachable")]
    [InlineData("icmp admin-prohibited", "icmpv6 admin-prohibited")]
    public void An_ICMP_message_has_no_distance(string ipv4, string ipv6)
    {
        using LabNetwork lab = LabNetwork.Create(2);
        foreach ((AddressFamily family, string with) in ((AddressFamily, string)[])[(AddressFamily.InterNetwork, ipv4), (AddressFamily.InterNetworkV6, ipv6)])
        {
            Filter(lab.HostAt(0), $"meta nfproto {(family == AddressFamily.InterNetwork ? "ipv4" : "ipv6")} reject with {with}");
            Outcome outcome = new HopsCommand { At = lab.Client }.Run("--json", "--timeout", "3", $"{new IPEndPoint(lab.ServerAddress(family), 81)}");
            outcome.AssertStatus(1);
            Assert.Equal((null, null), (Value(outcome, "hops"), Value(outcome, "packet")));
            Assert.DoesNotContain("RST", Value(outcome, "message"), StringComparison.Ordinal);
            JsonContract.AssertKept(outcome.OneJson);
        }
    }

    [Fact]
    public void Nobody_takes_it_for_the_distance_of_the_target()
    {
        using LabNetwork lab = LabNetwork.Create(3);
        using LabServer server = LabServer.Start(lab.Server);
        string address = lab.ServerAddress(AddressFamily.InterNetwork).ToString();
        string refused = $"{address}:81";
        HopsCommand hops = new() { At = lab.Client };
        // Neither near nor far: with either minimum it has failed, as any that does not answer.
        hops.Run("--min-hops", "2", refused).AssertStatus(1);
        hops.Run("--min-hops", "9", refused).AssertStatus(1);
        Outcome far = hops.Run("--min-hops", "3", "--quiet", refused, $"{address}:{server.Port}");
        far.AssertStatus(1);
        Assert.Single(far.Lines);

        // More than the summary needs, in which there is no distance.
        string many = string.Join('\n', Enumerable.Range(100, 60).Select(port => $"{address}:{port}"));
        Outcome summary = (hops with { Input = many }).Run("--input", "-");
        summary.AssertStatus(1);
        Assert.Equal("", summary.Output);
        Assert.DoesNotMatch(@"(?m)^ *3 ", summary.Errors);

        string inside = Path.GetTempFileName();
        string outside = Path.GetTempFileName();
        try
        {
            File.WriteAllText(inside, refused);
            File.WriteAllText(outside, $"{address}:{server.Port}");
            Outcome calibration = hops.Run("calibrate", "--json", inside, outside);
            calibration.AssertStatus(1);
            Assert.Equal("too-few", calibration.OneJson.GetProperty("verdict").GetString());
            Assert.Equal([refused], calibration.OneJson.GetProperty("notCounted").EnumerateArray().Select(static name => name.GetString()));
            Assert.All(calibration.OneJson.GetProperty("inside").EnumerateArray(), JsonContract.AssertKept);
        }
        finally
        {
            File.Delete(inside);
            File.Delete(outside);
        }

        JsonElement doctor = hops.Run("doctor", "--json", refused, $"{lab.AddressAt(1, AddressFamily.InterNetwork)}:81").OneJson;
        Assert.False(doctor.TryGetProperty("suspicion", out _));
        Assert.All(doctor.GetProperty("targets").EnumerateArray(), JsonContract.AssertKept);
    }

    [Fact]
    public void Of_several_addresses_the_one_that_refuses_is_named()
    {
        using LabNetwork lab = LabNetwork.Create(2);
        using PrivateNames names = new(
            $"{lab.AddressAt(1, AddressFamily.InterNetwork)} two.example", $"{lab.AddressAt(2, AddressFamily.InterNetwork)} two.example");
        HopsCommand hops = new() { At = lab.Client, Through = names.Through };
        Outcome each = hops.Run("--json", "--all-addresses", "two.example:81");
        each.AssertStatus(1);
        Assert.Equal(["1", "2"], each.Values("hops"));
        Assert.All(each.Json, JsonContract.AssertKept);

        Outcome one = hops.Run("--json", "two.example:81");
        one.AssertStatus(1);
        Assert.Equal(
            Value(one, "address") == $"{lab.AddressAt(1, AddressFamily.InterNetwork)}" ? "1" : "2", Value(one, "hops"));
        // The message before it may be of the other.
        Assert.EndsWith(
            $"; the machine that refused for {Value(one, "address")} is {Value(one, "hops")} hop away (socket-filter, RST)",
            Value(one, "message"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_the_chosen_path_that_is_measured()
    {
        using TwoPaths lab = new();
        HopsCommand hops = new() { At = lab.Client };
        foreach ((string[] options, string routers) in ((string[], string)[])
        [
            ([], "1"), (["--interface", "long", "--source-address", "10.2.0.1"], "3"), (["--mark", $"{TwoPaths.LongMark}"], "3"),
        ])
        {
            Outcome outcome = hops.Run([.. options, "--json", "10.9.9.9:81"]);
            outcome.AssertStatus(1);
            Assert.Equal(("refused", routers), (Value(outcome, "error"), Value(outcome, "hops")));
        }
    }

    [Fact]
    public void Without_a_filter_of_its_own_it_is_refused_and_no_more()
    {
        using LabNetwork lab = LabNetwork.Create(1);
        using PublicCopy copy = PublicCopy.OfHops();
        string ipv6 = $"{new IPEndPoint(lab.ServerAddress(AddressFamily.InterNetworkV6), 81)}";
        foreach (string source in (string[])["minimum-ttl", "socket-option"])
        {
            AssertPlain(new HopsCommand { At = lab.Client }.Run("--json", "--source", source, ipv6));
        }

        AssertPlain(new HopsCommand
        {
            At = lab.Client,
            Program = copy.Program,
            Through = [Requires.Program("util-linux", "setpriv"), "--reuid", "65534", "--regid", "65534", "--clear-groups"],
        }.Run("--json", ipv6));

        static void AssertPlain(Outcome outcome)
        {
            outcome.AssertStatus(1);
            Assert.Equal(("refused", null), (Value(outcome, "error"), Value(outcome, "hops")));
            JsonContract.AssertKept(outcome.OneJson);
        }
    }

    private static string? Value(Outcome outcome, string field) => Assert.Single(outcome.Values(field));

    private static void Filter(NetworkNamespace router, string verdict) => router.Run(() => Command.Run(
        Requires.Program("nftables", "nft"),
        $"table inet refusing {{ chain forward {{ type filter hook forward priority 0; meta l4proto tcp tcp flags syn / syn,ack {verdict}; }}; }}"));
}
