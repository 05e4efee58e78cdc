using Hops.Benchmarks.Distances;

namespace Hops.Benchmarks.Commands;

/// <summary><c>distances</c>.</summary>
internal sealed class DistancesCommand()
    : LimitedCommand("distances", "Distances measured in private networks of known sizes, and how long a measured connection takes in them.", usualRounds: 31)
{
    protected override Report Measure(int rounds)
    {
        using DistancesBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
