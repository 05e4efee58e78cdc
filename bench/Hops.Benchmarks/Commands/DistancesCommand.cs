using Hops.Benchmarks.Distances;

namespace Hops.Benchmarks.Commands;

/// <summary><c>distances</c>.</summary>
internal sealed class DistancesCommand()
    : LimitedCommand("distances", "Checks distances in private networks of known sizes, and measures the time of a connection in them.", usualRounds: 31)
{
    protected override Report Measure(int rounds)
    {
        using DistancesBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
