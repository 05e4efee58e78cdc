using Hops.Benchmarks.Maps;

namespace Hops.Benchmarks.Commands;

/// <summary><c>map</c>.</summary>
internal sealed class MapCommand() : LimitedCommand("map", "Compares the members of a map with the bare system call.", usualRounds: 301)
{
    protected override Report Measure(int rounds)
    {
        using MapBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
