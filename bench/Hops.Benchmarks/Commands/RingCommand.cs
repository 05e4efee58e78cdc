using Hops.Benchmarks.Rings;

namespace Hops.Benchmarks.Commands;

/// <summary><c>ring</c>.</summary>
internal sealed class RingCommand()
    : LimitedCommand("ring", "Measures how fast one reader takes records out of a ring buffer that a program on another processor fills.", usualRounds: 31)
{
    protected override Report Measure(int rounds)
    {
        using RingBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
