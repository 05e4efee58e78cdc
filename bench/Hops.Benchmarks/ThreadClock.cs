using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hops.Benchmarks;

/// <summary>
/// The processor time of the calling thread (clock_gettime(2), CLOCK_THREAD_CPUTIME_ID), in the units of <see cref="Stopwatch"/>. It does not include the time
/// that the thread waits for a processor.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;

    private const int Trials = 100;
    private const double LeastShare = 0.9;

    public static long GetTimestamp()
    {
        _ = GetTime(ThreadProcessorTime, out TimeSpec time);
        return (long)(((time.Seconds * 1e9) + time.Nanoseconds) * (Stopwatch.Frequency / 1e9));
    }

    /// <summary>
    /// Whether the time of packets that arrive over loopback is that of the thread that sent them. With CONFIG_IRQ_TIME_ACCOUNTING the kernel counts it
    /// separately, and programs that run for these packets seem to take no time.
    /// </summary>
    /// <param name="exchange">Sends and receives on this thread. The quickest of many runs is one in which no other thread had the processor.</param>
    public static bool CountsPackets(Action exchange)
    {
        long quickest = long.MaxValue;
        double share = 0;
        for (int i = 0; i < Trials; i++)
        {
            long time = GetTimestamp();
            Block trial = Block.Time(1, 1, _ => exchange());
            time = GetTimestamp() - time;
            if (trial.Ticks < quickest)
            {
                quickest = trial.Ticks;
                share = (double)time / trial.Ticks;
            }
        }

        return share >= LeastShare;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    // struct timespec: on 64-bit systems both are words.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
