using Hops.Benchmarks.Throughput;

namespace Hops.Benchmarks.Commands;

/// <summary><c>throughput</c>.</summary>
internal sealed class ThroughputCommand()
    : LimitedCommand("throughput", "What the filter adds to a connection's data, which it sees and passes, in large and in small packets.", usualRounds: 101)
{
    protected override Report Measure(int rounds)
    {
        using ThroughputBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
