using System.Globalization;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>Users with fewer rights than root.</summary>
public sealed class PrivilegeTests : IDisposable
{
    private static readonly string[] Nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];

    private readonly PublicCopy _hops = PublicCopy.OfHops();

    public PrivilegeTests()
    {
        Requires.Root();
        string policy = File.ReadAllText("/proc/sys/kernel/unprivileged_bpf_disabled").Trim();
        Assert.SkipWhen(int.Parse(policy, CultureInfo.InvariantCulture) == 0, "needs kernel.unprivileged_bpf_disabled=2: here everyone may load eBPF");
    }

    private HopsCommand AsNobody => new() { Program = _hops.Program, Through = Nobody };

    public void Dispose() => _hops.Dispose();

    [Fact]
    public void Without_rights_IPv6_is_measured_and_for_IPv4_it_says_once_how_to_go_on()
    {
        using LabServer server = LabServer.Start();
        string ipv4 = $"127.0.0.1:{server.Port}";
        string ipv6 = $"[::1]:{server.Port}";
        Outcome outcome = AsNobody.Run(ipv4, ipv6, ipv4);
        outcome.AssertStatus(1);
        Assert.Equal([$"[+] {ipv6} is 0 hops away (socket-option)"], outcome.Lines);
        Assert.Equal(
            [
                $"[!] {ipv4}: IPv4 cannot be measured here yet",
                $"[!] {ipv4}: IPv4 cannot be measured here yet",
                "To measure IPv4, too:",
                "  now:   hops --source minimum-ttl TARGET   (without rights; up to 24 connections per target)",
                "  once:  sudo hops system enable",
                "'hops doctor' shows what works here, what does not, and why.",
            ],
            outcome.ErrorLines);

        Outcome nothing = AsNobody.Run(ipv4);
        nothing.AssertStatus(4);
        Assert.Equal(("", outcome.Errors[(outcome.ErrorLines[0].Length + 1)..]), (nothing.Output, nothing.Errors));
        Assert.Equal(new Outcome(4, "", ""), AsNobody.Run("--quiet", ipv4));

        // Where all can be measured, no advice is given.
        Assert.Equal("", AsNobody.Run(ipv6).Errors);
        Assert.Contains("CAP_BPF", AsNobody.Run("--verbose", ipv4).Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("CAP_BPF", nothing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rights_each_line_of_JSON_that_is_an_error_says_how_to_go_on()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = AsNobody.Run("--json", "--min-hops", "2", $"127.0.0.1:{server.Port}", $"tcp4://127.0.0.1:{server.Port}");
        outcome.AssertStatus(4);
        Assert.Equal(["not-permitted", "not-permitted"], outcome.Values("error"));
        Assert.All(outcome.Json, JsonContract.AssertKept);
        Assert.All(outcome.Values("message"), static message => Assert.Matches("minimum-ttl.*sudo hops system enable.*hops doctor", message));
        Assert.DoesNotContain("\"hops\":", outcome.Output, StringComparison.Ordinal);

        Outcome tooNear = AsNobody.Run("--json", "--min-hops", "2", $"127.0.0.1:{server.Port}", $"[::1]:{server.Port}");
        tooNear.AssertStatus(3);
        Assert.Equal([null, "socket-option"], tooNear.Values("source"));
    }

    [Fact]
    public void A_name_of_which_only_a_part_could_be_tried_is_told_so()
    {
        using LabServer server = LabServer.Start();
        using PrivateNames names = new("127.0.0.1 both.example", "::1 both.example", "127.0.0.1 four.example");
        HopsCommand hops = AsNobody with { Through = [.. names.Through, .. Nobody] };
        hops.Run($"both.example:{server.Port}").AssertStatus(0);

        Outcome refused = hops.Run("both.example:1");
        refused.AssertStatus(1);
        Assert.Equal(
            "[!] both.example:1: Connection refused ([::1]:1); its IPv4 addresses were not tried: IPv4 cannot be measured here yet", refused.ErrorLines[0]);
        Assert.Equal("To measure IPv4, too:", refused.ErrorLines[1]);
        Assert.Equal(["refused"], hops.Run("--json", "both.example:1").Values("error"));

        Outcome four = hops.Run($"four.example:{server.Port}");
        four.AssertStatus(4);
        Assert.Equal($"[!] four.example:{server.Port}: it has only IPv4 addresses, and IPv4 cannot be measured here yet", four.ErrorLines[0]);
        Assert.Equal($"[!] tcp4://both.example:{server.Port}: IPv4 cannot be measured here yet", hops.Run($"tcp4://both.example:{server.Port}").ErrorLines[0]);
    }

    [Fact]
    public void Without_rights_connections_made_for_that_measure_IPv4()
    {
        using LabServer server = LabServer.Start();
        string target = $"127.0.0.1:{server.Port}";
        Outcome outcome = AsNobody.Run("--source", "minimum-ttl", target);
        Assert.Equal(new Outcome(0, $"[+] {target} is 0 hops away (minimum-ttl)\n", ""), outcome);
    }

    [Fact]
    public void Without_rights_UDP_is_measured()
    {
        using UdpServer server = UdpServer.Start();
        Outcome outcome = AsNobody.Run("--source", "socket-filter", $"udp4://127.0.0.1:{server.Port}");
        Assert.Equal(new Outcome(0, $"[+] udp4://127.0.0.1:{server.Port} (127.0.0.1:{server.Port}) is 0 hops away (datagram)\n", ""), outcome);
    }

    [Fact]
    public void The_socket_option_measures_IPv6_without_rights_and_IPv4_never()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = AsNobody.Run("--json", "--source", "socket-option", $"[::1]:{server.Port}", $"127.0.0.1:{server.Port}");
        outcome.AssertStatus(1);
        Assert.All(outcome.Json, JsonContract.AssertKept);
        Assert.Equal(["0", null], outcome.Values("hops"));
        Assert.Equal(["socket-option", null], outcome.Values("source"));
        Assert.Equal([null, "no-address"], outcome.Values("error"));
        Assert.Contains("measures IPv6 only", outcome.Values("message")[1], StringComparison.Ordinal);
        Assert.Equal("", outcome.Errors);
    }

    [Theory]
    [InlineData("socket-filter", "CAP_BPF")]
    [InlineData("pinned-filter", "sudo hops system enable")]
    public void A_source_that_is_not_permitted_is_not_replaced_by_another(string source, string remedy)
    {
        using LabServer server = LabServer.Start();
        string target = $"[::1]:{server.Port}";
        Outcome outcome = AsNobody.Run("--source", source, target, target);
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.All(outcome.ErrorLines[..2], line => Assert.Equal($"[!] {target}: the source {source} cannot be used here", line));
        Assert.StartsWith($"{source}: ", outcome.ErrorLines[2], StringComparison.Ordinal);
        Assert.Contains(remedy, outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("'hops doctor'", outcome.ErrorLines[^1], StringComparison.Ordinal);

        Outcome json = AsNobody.Run("--json", "--source", source, target);
        json.AssertStatus(4);
        Assert.Equal(["not-permitted"], json.Values("error"));
        Assert.Contains(remedy, json.Values("message")[0], StringComparison.Ordinal);
        Assert.All(json.Json, JsonContract.AssertKept);
    }

    [Theory]
    [InlineData("EPERM", "its seccomp profile does not allow bpf(2)")]
    [InlineData("ENOSYS", "this kernel was built without bpf(2), or a sandbox hides it")]
    public void A_seccomp_profile_that_refuses_is_named(string errno, string expected)
    {
        using SeccompLauncher launcher = SeccompLauncher.Refusing(errno);
        using LabServer server = LabServer.Start();
        Outcome outcome = new HopsCommand { Through = [launcher.Program] }.Run("--source", "socket-filter", $"127.0.0.1:{server.Port}");
        outcome.AssertStatus(4);
        Assert.Contains(expected, outcome.Errors, StringComparison.Ordinal);
        outcome = (AsNobody with { Through = [launcher.Program, .. Nobody] }).Run("--json", "--source", "socket-option", $"[::1]:{server.Port}");
        outcome.AssertStatus(0);
    }

    [Fact]
    public void What_is_shared_measures_everything_for_its_group_and_others_are_told_to_join_it()
    {
        using LabServer server = LabServer.Start();
        string[] targets = [$"127.0.0.1:{server.Port}", $"[::1]:{server.Port}"];
        HopsCommand shared = AsNobody with
        {
            Through =
            [
                "unshare", "--mount", "sh", "-c",
                "mount -t tmpfs -o mode=0755 tmpfs /run && \"$0\" system enable --group daemon >/dev/null 2>&1 && exec \"$@\"",
                _hops.Program, "setpriv", "--reuid", "65534", "--regid", "65534",
            ],
        };
        HopsCommand member = shared with { Through = [.. shared.Through, "--groups", "daemon"] };
        Outcome outcome = member.Run(targets);
        Assert.Equal(
            new Outcome(0, string.Concat(targets.Select(static target => $"[+] {target} is 0 hops away (pinned-filter)\n")), ""), outcome);
        Assert.Equal(["pinned-filter"], member.Run("--json", "--source", "pinned-filter", targets[0]).Values("source"));
        // The shared filter looks at no RST.
        Outcome closed = member.Run("--json", "127.0.0.1:1");
        closed.AssertStatus(1);
        Assert.Equal(("refused", null), (closed.Values("error")[0], closed.Values("hops")[0]));

        HopsCommand stranger = shared with { Through = [.. shared.Through, "--clear-groups"] };
        Outcome refused = stranger.Run(targets);
        refused.AssertStatus(1);
        Assert.Equal([$"[+] {targets[1]} is 0 hops away (socket-option)"], refused.Lines);
        Assert.StartsWith("  once:  sudo usermod -aG daemon ", refused.ErrorLines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void CAP_BPF_is_all_that_it_needs()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = (AsNobody with { Through = [.. Nobody, "--inh-caps", "+bpf", "--ambient-caps", "+bpf"] }).Run("--json", $"127.0.0.1:{server.Port}");
        outcome.AssertStatus(0);
        Assert.Equal("0", outcome.Values("hops")[0]);
    }

    [Fact]
    public void A_lab_without_rights_asks_for_root()
    {
        Outcome outcome = AsNobody.Run("lab", "--routers", "1");
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.Contains("root", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }
}
