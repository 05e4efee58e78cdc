using Hops.Benchmarks.TailCalls;

namespace Hops.Benchmarks.Commands;

/// <summary><c>tail-call</c>.</summary>
internal sealed class TailCallCommand() : LimitedCommand("tail-call", "Compares tail calls with the same work without them.", usualRounds: 101)
{
    protected override Report Measure(int rounds)
    {
        using TailCallBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
