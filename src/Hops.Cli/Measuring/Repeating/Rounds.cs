using System.Diagnostics;
using Hops.Cli.Measuring.Pacing;

namespace Hops.Cli.Measuring.Repeating;

/// <summary>
/// Creates attempts at all targets in rounds. A round begins at each interval, and its targets begin one after the other. A target whose attempt of an
/// earlier round has not ended is skipped.
/// </summary>
/// <param name="interval">The time from the start of a round to the start of the next.</param>
/// <param name="count">The number of rounds.</param>
/// <param name="histories">The histories, which count skipped attempts.</param>
internal sealed class Rounds(TimeSpan interval, int count, TargetHistories histories)
{
    /// <summary>The maximum number of targets: they and their histories are kept in memory.</summary>
    public const int MostTargets = 100_000;

    // So that the first results of few targets come soon.
    private static readonly TimeSpan LongestBetweenTargets = TimeSpan.FromMilliseconds(50);

    private readonly HashSet<string> _running = [];

    /// <summary>Returns the attempts, and waits for the time of each. For one thread at a time.</summary>
    /// <param name="texts">The targets; a target that occurs twice is measured once per round.</param>
    /// <param name="interrupted">Cancels a wait.</param>
    /// <exception cref="IOException">There are too many targets.</exception>
    /// <exception cref="OperationCanceledException">A wait was canceled.</exception>
    public IEnumerable<Attempt> Of(IEnumerable<string> texts, CancellationToken interrupted)
    {
        string[] targets = Read(texts);
        TimeSpan between = targets.Length > 0 && interval / targets.Length is var even && even < LongestBetweenTargets ? even : LongestBetweenTargets;
        long start = Stopwatch.GetTimestamp();
        for (int round = 1; round <= count && targets.Length > 0;)
        {
            for (int i = 0; i < targets.Length; i++)
            {
                Pause.Until(start + Ticks((interval * (round - 1)) + (between * i)), interrupted);
                if (TryBegin(targets[i]))
                {
                    yield return new Attempt(targets[i], round);
                }
                else
                {
                    histories.Skip(targets[i], 1);
                }
            }

            // If targets had to wait for their turns, whole rounds are left out, so that each target is measured equally often.
            int next = (int)Math.Min(Math.Max(round + 1L, 1 + (long)Math.Round(Stopwatch.GetElapsedTime(start) / interval)), count + 1L);
            if (next - round > 1)
            {
                Array.ForEach(targets, target => histories.Skip(target, next - round - 1));
            }

            round = next;
        }
    }

    /// <summary>Marks the attempt at a target as ended.</summary>
    public void End(string target)
    {
        lock (_running)
        {
            _running.Remove(target);
        }
    }

    private bool TryBegin(string target)
    {
        lock (_running)
        {
            return _running.Add(target);
        }
    }

    private string[] Read(IEnumerable<string> texts)
    {
        HashSet<string> targets = [];
        foreach (string text in texts)
        {
            if (targets.Add(text) && targets.Count > MostTargets)
            {
                throw new IOException($"--interval takes at most {MostTargets} targets");
            }
        }

        string[] inOrder = [.. targets];
        Array.ForEach(inOrder, histories.Begin);
        return inOrder;
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
