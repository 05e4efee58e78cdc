using System.Diagnostics;

namespace Hops.Benchmarks;

/// <summary>The time and memory of a number of operations.</summary>
/// <param name="Operations">How many.</param>
/// <param name="Ticks">Time, in the units of <see cref="Stopwatch"/>.</param>
/// <param name="AllocatedBytes">
/// Managed memory. Null where operations complete on other threads: memory is counted per thread.
/// </param>
internal readonly record struct Block(long Operations, long Ticks, long? AllocatedBytes)
{
    public double NanosecondsPerOperation => Ticks * (1e9 / Stopwatch.Frequency) / Operations;

    public double? AllocatedBytesPerOperation => (double?)AllocatedBytes / Operations;

    public static Block operator +(Block left, Block right) =>
        new(left.Operations + right.Operations, left.Ticks + right.Ticks, left.AllocatedBytes + right.AllocatedBytes);

    /// <summary>Runs code on this thread, and measures its time and the memory that it allocates.</summary>
    /// <param name="times">How often the body is to do its work: it has the loop.</param>
    /// <param name="operationsEachTime">How many operations that work is.</param>
    /// <param name="body">What to time.</param>
    /// <param name="clock">The time now, in the units of <see cref="Stopwatch"/>; null for its own.</param>
    public static Block Time(int times, int operationsEachTime, Action<int> body, Func<long>? clock = null)
    {
        clock ??= Stopwatch.GetTimestamp;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = clock();
        body(times);
        long ticks = clock() - start;
        return new Block((long)times * operationsEachTime, ticks, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }
}
