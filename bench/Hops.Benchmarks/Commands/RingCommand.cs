using Hops.Benchmarks.Rings;

namespace Hops.Benchmarks.Commands;

/// <summary><c>ring</c>.</summary>
internal sealed class RingCommand()
    : LimitedCommand("ring", "How many records a second one reader takes out of a ring buffer while a program on another processor fills it.", usualRounds: 31)
{
    protected override Report Measure(int rounds)
    {
        using RingBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
