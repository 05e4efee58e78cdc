using System.Diagnostics;

namespace Hops.Benchmarks.Connecting;

/// <summary>What a number of connections took.</summary>
/// <param name="Connections">How many.</param>
/// <param name="Ticks">Time, in the units of <see cref="Stopwatch"/>.</param>
/// <param name="AllocatedBytes">Managed memory, or null where connections complete on other threads: memory is counted per thread.</param>
internal readonly record struct Block(int Connections, long Ticks, long? AllocatedBytes)
{
    public double NanosecondsPerConnection => Ticks * (1e9 / Stopwatch.Frequency) / Connections;

    public double? AllocatedBytesPerConnection => (double?)AllocatedBytes / Connections;

    public static Block operator +(Block left, Block right) =>
        new(left.Connections + right.Connections, left.Ticks + right.Ticks, left.AllocatedBytes + right.AllocatedBytes);
}
