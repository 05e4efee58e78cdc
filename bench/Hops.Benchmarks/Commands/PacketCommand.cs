using Hops.Benchmarks.TrafficControl;

namespace Hops.Benchmarks.Commands;

/// <summary><c>tcx</c>.</summary>
internal sealed class PacketCommand()
    : LimitedCommand("tcx", "Measures what a program attached by tcx or by clsact adds to each packet.", usualRounds: 101)
{
    protected override Report Measure(int rounds)
    {
        using PacketBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
