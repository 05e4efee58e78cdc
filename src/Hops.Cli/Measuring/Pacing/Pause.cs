using System.Diagnostics;

namespace Hops.Cli.Measuring.Pacing;

/// <summary>Waiting for a time, which an interruption ends at once.</summary>
internal static class Pause
{
    // A wait is rounded up to milliseconds, and must not be longer than the system call takes.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="time">In the units of <see cref="Stopwatch"/>.</param>
    /// <param name="interrupted">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public static void Until(long time, CancellationToken interrupted)
    {
        for (long now = Stopwatch.GetTimestamp(); now < time; now = Stopwatch.GetTimestamp())
        {
            TimeSpan left = Stopwatch.GetElapsedTime(now, time);
            interrupted.WaitHandle.WaitOne((int)Math.Ceiling((left < Longest ? left : Longest).TotalMilliseconds));
            interrupted.ThrowIfCancellationRequested();
        }
    }
}
