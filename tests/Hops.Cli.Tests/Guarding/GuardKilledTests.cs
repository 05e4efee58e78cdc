using System.Diagnostics;
using Hops.Cli.Tests.Support;

namespace Hops.Cli.Tests.Guarding;

/// <summary>The guard ends, or is stopped, at any moment: from before it begins until its program connects in a loop. Nothing gets to the near server.</summary>
public sealed class GuardKilledTests(EscapeLab lab) : IClassFixture<EscapeLab>
{
    private const int SigStop = 19;
    private const int AtOnce = 3;

    // From the start of the command to the first connection takes about half of it.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(1200);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    [Theory]
    [InlineData(20, Promise.Misled, RunningCommand.SigKill)]
    [InlineData(20, Promise.Isolated, RunningCommand.SigKill)]
    [InlineData(20, Promise.Misled, SigStop)]
    public void Nothing_gets_through_when_the_guard_is_killed_or_stopped(int times, Promise promise, int signal) => End(times, promise, signal);

    [Theory]
    [InlineData(Promise.Misled)]
    [Trait("Length", "Long")]
    public void Nothing_gets_through_when_the_guard_is_killed_at_200_moments(Promise promise) => End(200, promise, RunningCommand.SigKill);

    private void End(int times, Promise promise, int signal)
    {
        int loops = 0;
        string[] words = [.. lab.Words(promise), lab.Program("connects"), "loop", lab.Near, $"{lab.Port}"];
        using PrivateCgroups cgroups = new();
        HopsCommand hops = lab.Command(promise) with { Input = null, Through = cgroups.Through };

        // The control: without a guard the loop sends.
        using (RunningCommand control = lab.Start(Promise.None, "connects", "loop", lab.Near, $"{lab.Port}"))
        {
            control.WaitUntil(static running => running.Output == "looping\n");
            Assert.True(SpinWait.SpinUntil(() => lab.Arrived().Contains("loop"), TimeSpan.FromSeconds(10)));
        }

        Random random = new(20_000 + times);
        Stopwatch clock = Stopwatch.StartNew();
        int done = 0;
        _ = lab.Arrived();
        Parallel.For(0, times, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, _ =>
        {
            if (clock.Elapsed > Limit)
            {
                return;
            }

            TimeSpan delay;
            lock (random)
            {
                delay = random.NextDouble() * Longest;
            }

            using RunningCommand running = hops.Start(words);
            Thread.Sleep(delay);
            running.Signal(signal);
            if (signal != RunningCommand.SigKill)
            {
                Thread.Sleep(Longest - delay);
                running.Signal(RunningCommand.SigKill);
            }

            running.Wait();
            Interlocked.Increment(ref done);
            Interlocked.Add(ref loops, running.Output.Contains("looping", StringComparison.Ordinal) ? 1 : 0);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{done} times in {clock.Elapsed.TotalSeconds:F0} s, in {loops} of them the program was there");
        Assert.Empty(lab.Arrived());
        Assert.True(done >= Math.Min(times, 20) && loops > 0, $"{done} {loops}");

        // The programs have ended with their guards, or go on in a guarded cgroup until they do; the next guard removes what is left.
        string[] left = cgroups.Guards;
        Assert.True(SpinWait.SpinUntil(() => left.All(static cgroup => File.ReadAllText($"{cgroup}/cgroup.procs").Length == 0), TimeSpan.FromSeconds(10)));
        Outcome next = (hops with { Input = "" }).Run([.. lab.Words(promise), "true"]);
        next.AssertStatus(0);
        Assert.Empty(cgroups.Guards);
        Assert.Empty(lab.Arrived());
    }
}
