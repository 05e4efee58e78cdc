using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>The real program as processes that may more or less, in networks that lack something.</summary>
public sealed partial class DoctorTests : IDisposable
{
    private static readonly string[] Nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/doctor.schema.json"))).RootElement;

    private readonly string _folder;

    public DoctorTests()
    {
        Requires.Root();
        string policy = File.ReadAllText("/proc/sys/kernel/unprivileged_bpf_disabled").Trim();
        Assert.SkipWhen(int.Parse(policy, CultureInfo.InvariantCulture) == 0, "needs kernel.unprivileged_bpf_disabled=2: here everyone may load eBPF");

        // The sources may lie where only root can read.
        _folder = Directory.CreateTempSubdirectory("hops-public-").FullName;
        foreach (string file in Directory.GetFiles(HopsCommand.Folder))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Root_measures_with_every_source_but_one_that_is_not_shared()
    {
        JsonElement diagnosis = Diagnose(0);
        Assert.Equal("tcp-clients", diagnosis.GetProperty("verdict").GetString());
        foreach (string source in (string[])["socket-filter", "minimum-ttl", "saved-syn", "datagram"])
        {
            Assert.Equal(["ipv4 measured 128", "ipv6 measured 255"], Families(diagnosis, source));
        }

        Assert.Equal(["ipv6 measured 255"], Families(diagnosis, "socket-option"));
        Assert.Empty(Lines(diagnosis, "advice"));
        Assert.Contains("CAP_BPF", Fact(diagnosis, "capabilities"), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_no_right_is_told_to_have_the_filter_shared_first_and_what_works_without()
    {
        JsonElement diagnosis = Diagnose(1, Nobody);
        Assert.Equal("part", diagnosis.GetProperty("verdict").GetString());
        Assert.DoesNotContain("socket-filter", Working(diagnosis));
        Assert.All((string[])["socket-option", "minimum-ttl", "saved-syn", "datagram"], source => Assert.Contains(source, Working(diagnosis)));
        Assert.Contains("needs CAP_BPF", Reason(diagnosis, "socket-filter"), StringComparison.Ordinal);
        string[] advice = Lines(diagnosis, "advice");
        Assert.Equal("sudo hops system enable", advice[0]);
        Assert.Contains("systemd: AmbientCapabilities=CAP_BPF", advice);
        // The runtime runs code that the environment names, so the capability would be everyone's.
        Assert.DoesNotContain(advice, static line => line.Contains("setcap", StringComparison.Ordinal) || line.Contains("sysctl", StringComparison.Ordinal));
        Assert.Equal("65534", Fact(diagnosis, "user"));
        Assert.Equal("none for eBPF", Fact(diagnosis, "capabilities"));
    }

    [Fact]
    public void Without_rights_it_names_the_source_that_needs_none()
    {
        Outcome outcome = (AsIs with { Through = Nobody }).Run("doctor");
        outcome.AssertStatus(1);
        Assert.Contains("What to do, in order of preference:", outcome.Lines);
        Assert.Contains("  until then, without rights: hops --source minimum-ttl TARGET (up to 24 further connections per target)", outcome.Lines);
    }

    [Fact]
    public void CAP_BPF_is_enough()
    {
        JsonElement diagnosis = Diagnose(0, [.. Nobody, "--inh-caps", "+bpf", "--ambient-caps", "+bpf"]);
        Assert.Contains("socket-filter", Working(diagnosis));
        Assert.Equal("CAP_BPF", Fact(diagnosis, "capabilities"));
    }

    [Theory]
    [InlineData("65533", 0, true)]
    [InlineData("65532", 1, false)]
    public void Where_the_host_shares_its_members_measure_and_others_are_told_to_join(string group, int status, bool works)
    {
        // A /run of its own; the pins go with the namespace.
        const string Share = "mount -t tmpfs -o mode=0755 tmpfs /run && \"$0\" system enable --group 65533 >/dev/null 2>&1 && exec \"$@\"";
        JsonElement diagnosis = Diagnose(
            status, ["unshare", "--mount", "sh", "-c", Share, AsIs.Program, "setpriv", "--reuid", "65534", "--regid", "65534", "--groups", group]);
        Assert.Equal(works, Working(diagnosis).Contains("pinned-filter"));
        Assert.Equal(works ? ["ipv4 measured 128", "ipv6 measured 255"] : [], Families(diagnosis, "pinned-filter"));
        Assert.Equal(works, Lines(diagnosis, "advice").Length == 0);
        Assert.True(works || Lines(diagnosis, "advice")[0].StartsWith("sudo groupadd --gid 65533 NAME, sudo usermod -aG NAME USER", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("EPERM", "seccomp profile does not allow bpf(2)")]
    [InlineData("ENOSYS", "a sandbox hides it")]
    public void A_seccomp_profile_that_refuses_is_the_reason_and_its_change_the_remedy(string errno, string expected)
    {
        using SeccompLauncher launcher = SeccompLauncher.Refusing(errno);
        JsonElement diagnosis = Diagnose(1, [launcher.Program]);
        Assert.Contains(expected, Reason(diagnosis, "socket-filter"), StringComparison.Ordinal);
        Assert.Contains(Lines(diagnosis, "advice"), static line => line.Contains("let the seccomp profile", StringComparison.Ordinal));
        Assert.Equal("a filter", Fact(diagnosis, "seccomp"));
    }

    [Fact]
    public void Capabilities_in_a_user_namespace_do_not_count()
    {
        (int status, _, _) = Command.Try("setpriv", [.. Nobody[1..], "unshare", "--user", "--map-root-user", "true"]);
        Assert.SkipUnless(
            status == 0, "needs user namespaces of ordinary users: sysctl kernel.unprivileged_userns_clone or kernel.apparmor_restrict_unprivileged_userns");
        JsonElement diagnosis = Diagnose(1, [.. Nobody, "unshare", "--user", "--map-root-user"]);
        Assert.Contains("user namespace", Reason(diagnosis, "socket-filter"), StringComparison.Ordinal);
        Assert.Contains("one of its own", Fact(diagnosis, "userNamespace"), StringComparison.Ordinal);
        // Neither a capability nor anything that root of the host shares would count in there.
        Assert.Equal(["run it outside of the user namespace (the rootless container)"], Lines(diagnosis, "advice"));
    }

    [Fact]
    public void Without_a_loopback_interface_nothing_is_claimed()
    {
        JsonElement diagnosis = Diagnose(4, ["unshare", "--net"]);
        Assert.Equal("nothing", diagnosis.GetProperty("verdict").GetString());
        Assert.Empty(Working(diagnosis));
        Assert.Equal(["ipv4 family-off", "ipv6 family-off"], Families(diagnosis, "socket-filter"));
        Assert.Equal("sudo ip link set lo up", Lines(diagnosis, "advice")[0]);
        Assert.DoesNotContain("\"hops\"", diagnosis.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_IPv6_its_absence_is_no_failure()
    {
        const string Ipv6Off = "ip link set lo up && echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6 && exec \"$@\"";
        JsonElement diagnosis = Diagnose(0, ["unshare", "--net", "sh", "-c", Ipv6Off, "sh"]);
        Assert.Equal(["ipv4 measured 128", "ipv6 family-off"], Families(diagnosis, "socket-filter"));
        Assert.Equal(["ipv6 family-off"], Families(diagnosis, "socket-option"));
        Assert.DoesNotContain("socket-option", Working(diagnosis));
        Assert.Contains("IPv6 is off", Reason(diagnosis, "socket-option"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_of_100_descriptors_is_enough()
    {
        // .NET's runtime aborts at about 80.
        Outcome outcome = new HopsCommand { Program = "/bin/sh" }.Run("-c", "ulimit -n 100; exec \"$HOPS\" doctor --json");
        outcome.AssertStatus(0);
        Assert.Equal("100, at most 100", Fact(outcome.OneJson, "openFiles"));
        Assert.Equal(
            ["socket-filter", "socket-option", "minimum-ttl", "saved-syn", "datagram"],
            Working(outcome.OneJson).Where(static source => source != "pinned-filter"));
    }

    [Fact]
    public void For_people_there_are_a_table_that_fits_and_whole_lines_that_can_be_copied()
    {
        Outcome outcome = (AsIs with { Through = Nobody }).Run("doctor");
        outcome.AssertStatus(1);
        Assert.Equal("", outcome.Errors);
        Assert.DoesNotContain('\e', outcome.Output);
        Assert.Contains(outcome.Lines, static line => line.StartsWith("socket-option  TCP              -      works", StringComparison.Ordinal));
        Assert.Contains("  sudo hops system enable", outcome.Lines);
        Assert.Contains(
            outcome.Lines,
            static line => line.StartsWith("socket-filter: ", StringComparison.Ordinal) && line.EndsWith("EPERM)", StringComparison.Ordinal));
        Assert.Equal("[!] hop distances can be measured here only in part", outcome.Lines[^1]);
    }

    [Fact]
    public void No_word_of_the_table_is_broken_on_a_terminal_of_40_columns()
    {
        Outcome outcome = new HopsCommand { Program = "script" }.Run("-qec", "stty cols 40 rows 50; \"$HOPS\" doctor", "/dev/null");
        string[] table =
        [
            .. outcome.Lines
                .SkipWhile(static line => !line.Contains("source ", StringComparison.Ordinal))
                .TakeWhile(static line => !line.Contains(": ", StringComparison.Ordinal)),
        ];
        Assert.True(table.Length >= 7, outcome.Output);
        string[] words = [.. string.Join(' ', table.Select(Plain)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "-", "IPv4", "IPv6", "TCP", "TCP,", "UDP", "accepted", "by", "datagram", "measures", "minimum-ttl", "pinned-filter", "probing", "saved-syn",
                "socket-filter", "socket-option", "source", "works",
            ],
            words);

        static string Plain(string line) => AnySequence().Replace(line, "").TrimEnd('\r');
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Targets_that_all_answer_from_close_by_raise_a_suspicion(int routers, bool expected)
    {
        using LabNetwork lab = LabNetwork.Create(routers);
        using LabServer server = LabServer.Start(lab.Server);
        string[] targets =
        [
            $"{lab.ServerAddress(AddressFamily.InterNetwork)}:{server.Port}",
            $"[{lab.ServerAddress(AddressFamily.InterNetworkV6)}]:{server.Port}",
        ];
        Outcome outcome = new HopsCommand { At = lab.Client }.Run(["doctor", "--json", .. targets]);
        outcome.AssertStatus(expected ? 1 : 0);
        Assert.True(JsonSchema.Accepts(Schema, outcome.OneJson), outcome.Output);
        JsonElement[] measured = [.. outcome.OneJson.GetProperty("targets").EnumerateArray()];
        Assert.All(measured, JsonContract.AssertKept);
        Assert.All(measured, target => Assert.Equal(routers, target.GetProperty("hops").GetInt32()));
        Assert.Equal(expected, outcome.OneJson.TryGetProperty("suspicion", out _));
        // A single host may well be near.
        new HopsCommand { At = lab.Client }.Run("doctor", targets[0]).AssertStatus(0);
    }

    [Fact]
    public void A_target_that_does_not_answer_is_told_and_raises_no_suspicion()
    {
        Outcome outcome = AsIs.Run("doctor", "127.0.0.1:1", "no target");
        outcome.AssertStatus(1);
        Assert.Equal(2, outcome.Lines.Count(static line => line.StartsWith("[!]", StringComparison.Ordinal)));
        Assert.Equal("[+] the hop distances of a TCP client's connections can be measured here", outcome.Lines[^1]);
    }

    [Fact]
    public void A_target_has_the_same_port_as_for_measure()
    {
        using LabNetwork lab = LabNetwork.Create(1);
        IPAddress address = lab.ServerAddress(AddressFamily.InterNetwork);
        HopsCommand hops = AsIs with { At = lab.Client };
        JsonElement diagnosis = hops.Run("doctor", "--json", $"{address}", $"udp4://{address}").OneJson;
        string[] messages = [.. diagnosis.GetProperty("targets").EnumerateArray().Select(Message)];
        Assert.Contains($" ({address}:443)", messages[0], StringComparison.Ordinal);
        Assert.EndsWith($" ({address}:53)", messages[1], StringComparison.Ordinal);
        Assert.Equal(messages, hops.Run("--json", $"{address}", $"udp4://{address}").Json.Select(Message));

        static string Message(JsonElement measurement) => measurement.GetProperty("message").GetString()!;
    }

    [Fact]
    public void The_doctor_has_help_of_its_own()
    {
        Outcome outcome = AsIs.Run("doctor", "--help");
        outcome.AssertStatus(0);
        Assert.Contains("Examples:", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--min-hops", outcome.Output, StringComparison.Ordinal);
        AsIs.Run("doctor", "--nonsense").AssertStatus(2);
    }

    [GeneratedRegex(@"\x1b(\[[?0-9;]*[A-Za-z]|=|>)")]
    private static partial Regex AnySequence();

    private HopsCommand AsIs => new() { Program = Path.Combine(_folder, "hops") };

    private JsonElement Diagnose(int status, params string[] through)
    {
        Outcome outcome = (AsIs with { Through = through }).Run("doctor", "--json");
        outcome.AssertStatus(status);
        Assert.Equal("", outcome.Errors);
        Assert.True(JsonSchema.Accepts(Schema, outcome.OneJson), $"Not as docs/doctor.schema.json says: {outcome.Output}");
        return outcome.OneJson;
    }

    private static JsonElement Source(JsonElement diagnosis, string name) =>
        diagnosis.GetProperty("sources").EnumerateArray().Single(source => source.GetProperty("source").GetString() == name);

    private static string Reason(JsonElement diagnosis, string source) => Source(diagnosis, source).GetProperty("reason").GetString()!;

    private static string[] Working(JsonElement diagnosis) =>
    [
        .. diagnosis.GetProperty("sources").EnumerateArray()
            .Where(static s => s.GetProperty("works").GetBoolean())
            .Select(static s => s.GetProperty("source").GetString()!),
    ];

    private static string[] Families(JsonElement diagnosis, string source) => [.. Source(diagnosis, source).GetProperty("families").EnumerateArray()
        .Select(static f => $"{f.GetProperty("family")} {f.GetProperty("outcome")}{(f.TryGetProperty("receivedTtl", out JsonElement ttl) ? $" {ttl}" : "")}")];

    private static string[] Lines(JsonElement diagnosis, string name) =>
        [.. diagnosis.GetProperty(name).EnumerateArray().Select(static line => line.GetString()!)];

    private static string Fact(JsonElement diagnosis, string name) => diagnosis.GetProperty("facts").GetProperty(name).GetString()!;
}
