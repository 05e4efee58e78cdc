using System.Collections.Concurrent;
using System.Diagnostics;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>
/// The guard ends, or is stopped, at any moment: from before it begins until its program connects in a loop. No packet reaches the near server.
/// </summary>
public sealed class GuardKilledTests(EscapeLab lab) : IClassFixture<EscapeLab>
{
    private const int SigStop = 19;
    private const int AtOnce = 3;

    [Theory]
    [InlineData(10, Promise.Misled, RunningCommand.SigKill)]
    [InlineData(10, Promise.Isolated, RunningCommand.SigKill)]
    [InlineData(10, Promise.Misled, SigStop)]
    public void Nothing_gets_through_when_the_guard_is_killed_or_stopped(int times, Promise promise, int signal) => End(times, promise, signal);

    [Theory]
    [InlineData(Promise.Misled)]
    [Trait("Length", "Long")]
    public void Nothing_gets_through_when_the_guard_is_killed_at_200_moments(Promise promise) => End(200, promise, RunningCommand.SigKill);

    private void End(int times, Promise promise, int signal)
    {
        int loops = 0;
        string[] words = [.. lab.Words(promise), lab.Program("connects"), "loop", lab.Near, $"{lab.Port}"];
        HopsCommand hops = lab.Command(promise) with { Input = null };

        // The control: without a guard the loop sends.
        using (RunningCommand control = lab.Start(Promise.None, "connects", "loop", lab.Near, $"{lab.Port}"))
        {
            control.WaitUntil(static running => running.Output == "looping\n");
            Assert.True(SpinWait.SpinUntil(() => lab.Arrived().Contains("loop"), TimeSpan.FromSeconds(10)));
        }

        // Half as long again as it takes until the program connects, on this machine, as busy as it is.
        TimeSpan longest = TimeToStart(hops, words) * 1.5;
        Random random = new(20_000 + times);
        Stopwatch clock = Stopwatch.StartNew();
        ConcurrentBag<int> guards = [];
        _ = lab.Arrived();
        Parallel.For(0, times, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, _ =>
        {
            TimeSpan delay;
            lock (random)
            {
                delay = random.NextDouble() * longest;
            }

            using RunningCommand running = hops.Start(words);
            Thread.Sleep(delay);
            running.Signal(signal);
            if (signal != RunningCommand.SigKill)
            {
                Thread.Sleep(longest - delay);
                running.Signal(RunningCommand.SigKill);
            }

            running.Wait();
            guards.Add(running.Id);
            Interlocked.Add(ref loops, running.Output.Contains("looping", StringComparison.Ordinal) ? 1 : 0);
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{guards.Count} times in {clock.Elapsed.TotalSeconds:F0} s, in {loops} of them the program was there");
        Assert.Empty(lab.Arrived());
        Assert.InRange(loops, 1, guards.Count - 1);

        // The programs have ended with their guards, or continue in a guarded cgroup until they do; the next guard removes the rest.
        string[] left = [.. guards.Select(static guard => $"{TemporaryCgroup.Root}/hops.guard/guard-{guard}")];
        Assert.True(SpinWait.SpinUntil(() => left.All(IsEmpty), TimeSpan.FromSeconds(10)));
        Outcome next = (hops with { Input = "" }).Run([.. lab.Words(promise), "true"]);
        next.AssertStatus(0);
        Assert.DoesNotContain(left, Directory.Exists);
        Assert.Empty(lab.Arrived());
    }

    private static TimeSpan TimeToStart(HopsCommand hops, string[] words)
    {
        RunningCommand[] running = [.. Enumerable.Range(0, AtOnce).Select(_ => hops.Start(words))];
        Stopwatch clock = Stopwatch.StartNew();
        Array.ForEach(running, static one => one.WaitUntil(static running => running.Output == "looping\n"));
        TimeSpan time = clock.Elapsed;
        foreach (RunningCommand one in running)
        {
            one.Signal(RunningCommand.SigTerm);
            one.Wait();
            one.Dispose();
        }

        return time;
    }

    private static bool IsEmpty(string cgroup)
    {
        try
        {
            return File.ReadAllText($"{cgroup}/cgroup.procs").Length == 0;
        }
        catch (IOException)
        {
            // Removed by the guard of another.
            return true;
        }
    }
}
