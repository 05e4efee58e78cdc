using System.Diagnostics;

namespace Hops.Cli.Measuring.Pacing;

/// <summary>Waits until a time, or until an interruption.</summary>
internal static class Pause
{
    // A wait is rounded up to milliseconds, and limited to the maximum of the system call.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="time">In the units of <see cref="Stopwatch"/>.</param>
    /// <param name="interrupted">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
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
