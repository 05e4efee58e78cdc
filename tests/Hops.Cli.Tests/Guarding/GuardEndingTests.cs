using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>However a guarded program or its guard ends, nothing is left: no process, control group, namespace or mount.</summary>
public sealed class GuardEndingTests : IDisposable
{
    // Leaves a process behind that has no parent and ignores hang-ups.
    private const string Daemon = "setsid --fork sleep 1000 </dev/null >/dev/null 2>&1; echo started; ";

    private readonly PrivateCgroups _cgroups;
    private readonly Leftovers _leftovers = new();
    private readonly string[] _mounts = File.ReadAllLines("/proc/self/mounts");

    public GuardEndingTests()
    {
        Requires.Root();
        _cgroups = new();
    }

    public void Dispose() => _cgroups.Dispose();

    [Theory]
    [InlineData(Promise.Misled, "exit 7", 7)]
    [InlineData(Promise.Isolated, "exit 7", 7)]
    [InlineData(Promise.Misled, "kill -SEGV $$", 128 + 11)]
    [InlineData(Promise.Isolated, "kill -SEGV $$", 128 + 11)]
    public void Nothing_is_left_when_the_program_ends(Promise promise, string end, int status)
    {
        using RunningCommand running = Start(promise, Daemon + end);
        running.Wait().AssertStatus(status);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData(Promise.Misled, RunningCommand.SigTerm)]
    [InlineData(Promise.Isolated, RunningCommand.SigTerm)]
    [InlineData(Promise.Misled, RunningCommand.SigInt)]
    public void Nothing_is_left_when_a_signal_ends_it(Promise promise, int signal)
    {
        using RunningCommand running = Start(promise, Daemon + "exec sleep 1000");
        running.WaitUntil(static running => running.Output == "started\n");
        running.Signal(signal);
        running.Wait().AssertStatus(128 + signal);
        AssertNothingLeft();
    }

    /// <summary>A misled program's own children stay, guarded, in its control group, until they end.</summary>
    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void The_program_ends_when_its_guard_is_killed_and_the_next_guard_removes_the_rest(Promise promise)
    {
        using RunningCommand running = Start(promise, "echo started; exec sleep 1000");
        running.WaitUntil(static running => running.Output == "started\n");
        running.Signal(RunningCommand.SigKill);
        running.Wait();
        string left = Assert.Single(_cgroups.Guards);
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"{left}/cgroup.procs").Length == 0, TimeSpan.FromSeconds(10)));
        using RunningCommand next = Start(promise, "true");
        next.Wait().AssertStatus(0);
        AssertNothingLeft();
    }

    private void AssertNothingLeft()
    {
        Assert.Empty(_cgroups.Guards);
        _leftovers.AssertNone();
        Assert.Equal(_mounts, File.ReadAllLines("/proc/self/mounts"));
    }

    private RunningCommand Start(Promise promise, string script) =>
        new HopsCommand { Through = _cgroups.Through, Variables = _leftovers.Mark, Input = null }.Start(
            ["guard", "--min-hops", "3", .. promise == Promise.Isolated ? (string[])["--isolate"] : ["--user", EscapeLab.User], "--", "sh", "-c", script]);
}
