using Hops.Benchmarks.Throughput;

namespace Hops.Benchmarks.Commands;

/// <summary><c>throughput</c>.</summary>
internal sealed class ThroughputCommand()
    : LimitedCommand("throughput", "Measures what the filter adds to the data of a connection, in large and in small packets.", usualRounds: 101)
{
    protected override Report Measure(int rounds)
    {
        using ThroughputBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
