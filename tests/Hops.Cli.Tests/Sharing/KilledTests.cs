using System.Globalization;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Sharing;

/// <summary>
/// <c>hops system</c> ends before any one of the calls by which it changes something: <c>strace</c> kills it there. Whatever that leaves, the next
/// <c>enable</c> comes out as the first one, and after
/// <c>disable</c> nothing is left.
/// </summary>
[Trait("Length", "Long")]
public sealed partial class KilledTests : IDisposable
{
    private const string Calls = "mkdir,chmod,chown,mount,umount2,bpf,symlink,rename,unlink,rmdir,bind";

    private static readonly string[] Enabling = ["system", "enable", "--group", "61234"];
    private static readonly string[] EnablingForOthers = ["system", "enable", "--group", "61235"];
    private static readonly string[] Serving = ["system", "serve", "--group", "61234"];
    private static readonly string[] Disabling = ["system", "disable"];

    private readonly string _folder = Directory.CreateTempSubdirectory("hops-killed-").FullName;

    public KilledTests()
    {
        Requires.Root();
        Requires.Program("strace", "strace");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A call among those of the same name.</summary>
    private sealed record Step(string Call, int Number, string Line);

    [Fact]
    public void Enabling_that_is_killed_at_any_step_is_made_good_by_the_next_command() => KillAtEachStep([], Enabling, atLeast: 14);

    [Fact]
    public void Replacing_that_is_killed_at_any_step_is_made_good_by_the_next_command() => KillAtEachStep(EnablingForOthers, Enabling, atLeast: 12);

    [Fact]
    public void Disabling_that_is_killed_at_any_step_is_made_good_by_the_next_command() => KillAtEachStep(Enabling, Disabling, atLeast: 7);

    [Fact]
    public void Serving_that_is_killed_at_any_step_is_made_good_by_the_next_command() => KillAtEachStep([], Serving, atLeast: 4);

    /// <param name="before">What was done before; empty for nothing.</param>
    /// <param name="killed">What is killed.</param>
    /// <param name="atLeast">How many steps it has, or this test sees too few.</param>
    private void KillAtEachStep(string[] before, string[] killed, int atLeast)
    {
        string enabled = AfterEnabling();
        Step[] steps = StepsOf(before, killed);
        Assert.True(steps.Length >= atLeast, string.Join('\n', steps.Select(static step => step.Line)));
        Parallel.ForEach(steps, new ParallelOptions { MaxDegreeOfParallelism = 2 * Environment.ProcessorCount }, step =>
        {
            using (PrivateHost host = Killed(before, killed, step))
            {
                Run(host, Enabling);
                Assert.True(enabled == Files(host), $"Enabled after it was killed before {step.Line}:\n{Files(host)}\ninstead of\n{enabled}");
                AssertNothingLeft(host, step);
            }

            using (PrivateHost host = Killed(before, killed, step))
            {
                AssertNothingLeft(host, step);
            }

            if (before.Length == 0)
            {
                using PrivateHost host = Killed(before, killed, step);
                using RunningCommand service = Hops(host).Start(Serving);
                service.WaitUntil(static running => running.Errors.Contains("serving at", StringComparison.Ordinal));
                service.Signal(RunningCommand.SigKill);
                service.Wait();
                AssertNothingLeft(host, step);
            }
        });
    }

    private static string AfterEnabling()
    {
        using PrivateHost host = PrivateHost.Start();
        Run(host, Enabling);
        return Files(host);
    }

    private Step[] StepsOf(string[] before, string[] traced)
    {
        using PrivateHost host = Prepared(before);
        string trace = Path.Combine(_folder, "trace");
        using (RunningCommand running = Hops(host, ["strace", "-f", "-o", trace, "-e", $"trace={Calls}"]).Start(traced))
        {
            if (traced == Serving)
            {
                running.WaitUntil(static service => service.Errors.Contains("serving at", StringComparison.Ordinal));
                running.SignalChild(RunningCommand.SigTerm);
            }

            running.Wait();
        }

        // 'PID call(arguments) = result'. Its first thread does all of it.
        string[] lines = File.ReadAllLines(trace);
        string process = lines[0].Split(' ')[0];
        Dictionary<string, int> numbers = [];
        List<Step> steps = [];
        foreach (Match match in lines.Select(static line => Line().Match(line)).Where(match => match.Success && match.Groups["process"].Value == process))
        {
            string call = match.Groups["call"].Value;
            int number = numbers[call] = numbers.GetValueOrDefault(call) + 1;
            if (match.Value.Contains("/run/hops", StringComparison.Ordinal) && !match.Value.Contains("BPF_OBJ_GET", StringComparison.Ordinal))
            {
                steps.Add(new(call, number, match.Value));
            }
        }

        return [.. steps];
    }

    private static PrivateHost Prepared(string[] before)
    {
        PrivateHost host = PrivateHost.Start();
        if (before.Length > 0)
        {
            Run(host, before);
        }

        return host;
    }

    private static PrivateHost Killed(string[] before, string[] killed, Step at)
    {
        PrivateHost host = Prepared(before);
        string number = at.Number.ToString(CultureInfo.InvariantCulture);
        Outcome outcome = Hops(
            host, ["strace", "-f", "-o", "/dev/null", "-e", $"trace={at.Call}", "-e", $"inject={at.Call}:signal=KILL:when={number}"]).Run(killed);
        Assert.True(outcome.Status == 128 + RunningCommand.SigKill, $"It was not killed before {at.Line}: {outcome}");
        return host;
    }

    private static void Run(PrivateHost host, string[] arguments) => Hops(host).Run(arguments).AssertStatus(0);

    // With a umask that keeps everything from others, so that what must be given to them shows.
    private static HopsCommand Hops(PrivateHost host, params string[] through) =>
        new() { Through = [.. host.Through, "sh", "-c", "umask 077; exec \"$@\"", "sh", .. through] };

    private static void AssertNothingLeft(PrivateHost host, Step step)
    {
        Run(host, Disabling);
        string[] left = [.. Files(host).Split('\n').Select(static line => line.Split(' ')[0]).Except(["hops", "hops/lock", ""])];
        Assert.True(left.Length == 0, $"Left after it was killed before {step.Line}: {string.Join(", ", left)}");
    }

    // Folders, files and links, with their modes and owners. The name of a generation is another one each time.
    private static string Files(PrivateHost host)
    {
        Outcome outcome = new HopsCommand { Through = host.Through, Program = "find" }.Run(
            "/run", "-mindepth", "1", "-not", "-name", "*.debug", "-printf", "%P %m %U:%G\n");
        outcome.AssertStatus(0);
        string[] lines = Generation().Replace(outcome.Output, "GENERATION").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(lines.Order(StringComparer.Ordinal).Select(static line => $"{line}\n"));
    }

    [GeneratedRegex(@"^(?<process>\d+) +(?<call>\w+)\(.*")]
    private static partial Regex Line();

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex Generation();
}
