using System.Net.Sockets;
using System.Text.Json;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary><c>hops guard</c>, as its users run it. What the kernel refuses is tested with the library.</summary>
public sealed class GuardTests : IDisposable
{
    private const int Routers = 3;

    // No account has this number on any machine.
    private const string User = "64999";

    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Repository.File("docs/guard.schema.json"))).RootElement;
    private static readonly string[] Usual =
        ["guard", "--min-hops", "3", "--user", User, "--resolver", "none", "--allow", "198.18.0.0/15", "--allow", "2001:db8::/32"];

    private readonly LabNetwork _lab;
    private readonly LabServer _near;
    private readonly LabServer _far;

    public GuardTests()
    {
        Requires.Root();
        _lab = LabNetwork.Create(Routers);
        _near = LabServer.Start(_lab.HostAt(Routers - 1));
        _far = LabServer.Start(_lab.Server);
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
        _lab.Dispose();
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_program_reaches_what_is_far_and_each_refusal_is_a_line(AddressFamily family)
    {
        Outcome outcome = Guard([], $"{Connect(Far(family))}; {Connect(Near(family))}; exit 7");
        outcome.AssertStatus(7);
        Assert.Equal("yes\nno\n", outcome.Output);
        string[] ours = Ours(outcome);
        Assert.Matches($@"^hops: \d\d:\d\d:\d\d\.\d{{3}} refused \S+:{_near.Port} for bash\[\d+\]: near, {Routers - 1} hops away$", ours[0]);
        Assert.Equal("hops: 1 refused: 1 near", ours[1]);
    }

    [Fact]
    public void Nothing_refused_is_nothing_told()
    {
        Outcome outcome = Guard([], Connect(Far(AddressFamily.InterNetwork)));
        outcome.AssertStatus(0);
        Assert.Empty(outcome.Errors);
    }

    [Fact]
    public void Json_is_as_its_schema_says()
    {
        Outcome outcome = Guard(["--json"], $"{Connect(Near(AddressFamily.InterNetwork))}; {Connect("10.1.2.3/80")}; {Connect("169.254.169.254/80")}");
        JsonElement[] lines = [.. outcome.ErrorLines.Where(static line => line.StartsWith('{')).Select(static line => JsonDocument.Parse(line).RootElement)];
        Assert.All(lines, static line => Assert.True(JsonSchema.Accepts(Schema, line), $"{line}"));
        Assert.Equal(
            Schema.GetProperty("properties").EnumerateObject().Select(static property => property.Name).Order(StringComparer.Ordinal),
            lines.SelectMany(static line => line.EnumerateObject()).Select(static property => property.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["near", "special-purpose", "cloud-metadata"], lines[..3].Select(static line => line.GetProperty("reason").GetString()));
        Assert.Equal(
            (Routers - 1, User, "bash"),
            (lines[0].GetProperty("hops").GetInt32(), lines[0].GetProperty("user").GetString(), lines[0].GetProperty("command").GetString()));
        Assert.Equal(("end", 3), (lines[3].GetProperty("event").GetString(), lines[3].GetProperty("refused").GetInt32()));
    }

    [Fact]
    public void A_report_refuses_nothing_and_tells_all()
    {
        Outcome outcome = Guard(["--report"], $"{Connect(Far(AddressFamily.InterNetwork))}; {Connect(Near(AddressFamily.InterNetwork))}");
        outcome.AssertStatus(0);
        Assert.Equal("yes\nyes\n", outcome.Output);
        Assert.Contains("would refuse", Ours(outcome)[0], StringComparison.Ordinal);
        Assert.Equal("hops: 1 would be refused: 1 near", Ours(outcome)[1]);
    }

    [Fact]
    public void Refusals_go_to_a_file()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("hops-guard-").FullName, "refused.log");
        try
        {
            Outcome outcome = Guard(["--log", file], Connect(Near(AddressFamily.InterNetwork)));
            Assert.Empty(Ours(outcome));
            Guard(["--log", file], Connect(Near(AddressFamily.InterNetwork)));
            Assert.Equal(4, File.ReadAllLines(file).Length);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    [Fact]
    public void Networks_and_ports_are_judged_as_asked()
    {
        string far = $"{_lab.AddressAt(Routers, AddressFamily.InterNetwork)}";
        string near = $"{_lab.AddressAt(Routers - 1, AddressFamily.InterNetwork)}";
        Assert.Equal("yes\n", Guard(["--allow-near", $"{near}/32"], Connect(Near(AddressFamily.InterNetwork))).Output);
        Assert.Equal("yes\n", Guard(["--min-hops-of", $"{near}/32=2"], Connect(Near(AddressFamily.InterNetwork))).Output);
        Assert.Equal("no\n", Guard(["--min-hops-of", $"{far}/32=4"], Connect(Far(AddressFamily.InterNetwork))).Output);
        Assert.Equal("no\n", Guard(["--refuse", $"{far}/32"], Connect(Far(AddressFamily.InterNetwork))).Output);
        Assert.Equal("no\n", Guard(["--port", $"{(_far.Port == 1 ? 2 : 1)}"], Connect(Far(AddressFamily.InterNetwork))).Output);
        Assert.Equal("yes\n", Guard(["--port", $"{_far.Port}"], Connect(Far(AddressFamily.InterNetwork))).Output);
    }

    [Fact]
    public void A_policy_may_be_in_a_file()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(
                file,
                $"# The lab.\nmin-hops 3\n\nallow 198.18.0.0/15   # Of benchmarks.\n"
                + $"allow-near {_lab.AddressAt(2, AddressFamily.InterNetwork)}/32\nresolver none\n");
            string[] words = ["guard", "--policy", file, "--user", User, "--", "bash", "-c"];
            Assert.Equal("yes\n", new HopsCommand { At = _lab.Client }.Run([.. words, Connect(Near(AddressFamily.InterNetwork))]).Output);
            File.WriteAllText(file, "min-hops 3\nallow-everything 1\n");
            Outcome wrong = new HopsCommand().Run([.. words, "true"]);
            wrong.AssertStatus(125);
            Assert.Contains($"{file}: unknown option '--allow-everything'", wrong.Errors, StringComparison.Ordinal);
            File.WriteAllText(file, "min-hops\n");
            Assert.Contains($"{file}, line 1: ", new HopsCommand().Run([.. words, "true"]).Errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--min-hops 3 --user 64999", "no command given")]
    [InlineData("--user 64999 -- true", "--min-hops is required")]
    [InlineData("--min-hops 3 -- true", "sudo was not used")]
    [InlineData("--min-hops 3 --user root -- true", "cannot run as root")]
    [InlineData("--min-hops 3 --user 0 -- true", "cannot run as root")]
    [InlineData("--min-hops 3 --user no-such-user -- true", "there is no user 'no-such-user'")]
    [InlineData("--min-hops 3 --user 64999 --isolate -- true", "exclude each other")]
    [InlineData("--min-hops 0 --user 64999 -- true", "--min-hops takes a number from 1 to 35")]
    [InlineData("--min-hops 3 --user 64999 --allow 10/8 -- true", "--allow takes a network")]
    [InlineData("--min-hops 3 --user 64999 --resolver example.com -- true", "--resolver takes an address")]
    [InlineData("--min-hops 3 --user 64999 --policy /no/such/file -- true", "cannot read a policy")]
    [InlineData("--min-hops 3 --user 64999 --log /no/such/folder/file -- true", "not started")]
    [InlineData("--min-hops 3 --user 64999 true --verbose", "unknown option '--verbose'")]
    public void Where_it_cannot_begin_the_program_is_not_started(string words, string reason)
    {
        Outcome outcome = new HopsCommand().Run(["guard", .. words.Split(' ')]);
        outcome.AssertStatus(125);
        Assert.Contains(reason, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void It_takes_root()
    {
        using PublicCopy copy = PublicCopy.OfHops();
        Outcome outcome = new HopsCommand { Program = copy.Program, Through = ["setpriv", "--reuid", User, "--regid", User, "--clear-groups"] }
            .Run("guard", "--min-hops", "3", "--", "true");
        outcome.AssertStatus(125);
        Assert.Contains("sudo hops guard", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EPERM")]
    [InlineData("ENOSYS")]
    public void Where_the_kernel_takes_no_programs_nothing_is_started(string error)
    {
        using SeccompLauncher launcher = SeccompLauncher.Refusing(error);
        Outcome outcome = new HopsCommand { Through = [launcher.Program] }.Run([.. Usual, "--", "echo", "started"]);
        outcome.AssertStatus(125);
        Assert.Equal("", outcome.Output);
        Assert.StartsWith("hops: the program was not started: ", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec true", 0)]
    [InlineData("exit 125", 125)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    public void Its_exit_status_is_the_programs(string script, int status) => Guard([], script).AssertStatus(status);

    [Theory]
    [InlineData("/no/such/program", 127, "no such program")]
    [InlineData("no-such-program", 127, "no such program")]
    [InlineData("/etc/passwd", 126, "cannot be executed: Permission denied")]
    public void A_program_that_cannot_be_executed_has_a_status_of_its_own(string program, int status, string reason)
    {
        Outcome outcome = new HopsCommand().Run([.. Usual, "--", program]);
        outcome.AssertStatus(status);
        Assert.Contains(reason, outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Signals_reach_the_program(bool isolate)
    {
        using RunningCommand running = new HopsCommand().Start(
            [.. isolate ? Isolated : Usual, "--", "bash", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.01; done"]);
        running.WaitUntil(static running => running.Output.Contains("ready", StringComparison.Ordinal));
        running.Signal(RunningCommand.SigTerm);
        running.Wait().AssertStatus(9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_program_leaves_ends_with_it(bool isolate)
    {
        using RunningCommand guard = new HopsCommand().Start(
            [.. isolate ? Isolated : Usual, "--", "bash", "-c", "(exec setsid sleep 1234 >/dev/null 2>&1 </dev/null) & sleep 0.1; cat /proc/self/cgroup"]);
        Outcome outcome = guard.Wait();
        outcome.AssertStatus(0);
        Assert.Contains($"/hops.guard/guard-{guard.Id}", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(TemporaryCgroup.Root, $"guard-{guard.Id}", SearchOption.AllDirectories));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), static folder => CommandOf(folder) == "sleep\0001234\0");
    }

    [Fact]
    public void The_program_has_its_users_environment_and_no_rights()
    {
        Outcome outcome = new HopsCommand { Variables = new Dictionary<string, string> { ["HOME"] = "/root", ["SUDO_UID"] = "64999", ["SPECIAL"] = "1" } }.Run(
            "guard", "--min-hops", "3", "--", "bash", "-c", "echo $(id -u) $(id -g) $HOME $SPECIAL; grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status");
        string[] lines = outcome.Lines;
        Assert.Equal("64999 64999 /tmp 1", lines[0]);
        Assert.Equal(
            [
                "CapInh:\t0000000000000000", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000",
                "CapAmb:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2",
            ],
            lines[1..8]);
    }

    [Fact]
    public void An_isolated_program_sees_no_other_processes_and_its_own_temporary_files()
    {
        string file = Path.GetTempFileName();
        try
        {
            Outcome outcome = new HopsCommand().Run(
            [
                .. Isolated, "--", "bash", "-c",
                $"ls -d /proc/[0-9]* | wc -l; ls {file}; echo $(( $(id -u) == $(stat -c %u /proc/self/) && $(id -u) > 1879048192 )); "
                + ": >/tmp/own && echo written",
            ]);
            outcome.AssertStatus(0);
            Assert.Equal("1", outcome.Lines[1]);
            Assert.Equal("written", outcome.Lines[2]);
            // The first process, bash, and what runs in it.
            Assert.InRange(int.Parse(outcome.Lines[0], System.Globalization.CultureInfo.InvariantCulture), 2, 5);
            Assert.False(File.Exists("/tmp/own"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string[] Isolated => ["guard", "--min-hops", "3", "--isolate", "--resolver", "none", "--allow", "198.18.0.0/15"];

    private Outcome Guard(string[] options, string script) => new HopsCommand { At = _lab.Client }.Run([.. Usual, .. options, "--", "bash", "-c", script]);

    private string Near(AddressFamily family) => $"{_lab.AddressAt(Routers - 1, family)}/{_near.Port}";

    private string Far(AddressFamily family) => $"{_lab.AddressAt(Routers, family)}/{_far.Port}";

    private static string Connect(string end) => $"(exec 3<>/dev/tcp/{end}) 2>/dev/null && echo yes || echo no";

    private static string[] Ours(Outcome outcome) => [.. outcome.ErrorLines.Where(static line => line.StartsWith("hops: ", StringComparison.Ordinal))];

    private static string? CommandOf(string folder)
    {
        try
        {
            return File.ReadAllText($"{folder}/cmdline");
        }
        catch (IOException)
        {
            return null;
        }
    }
}
