using Hops.Benchmarks.TailCalls;

namespace Hops.Benchmarks.Commands;

/// <summary><c>tail-call</c>.</summary>
internal sealed class TailCallCommand() : LimitedCommand("tail-call", "What a tail call takes, beside the same work without it.", usualRounds: 101)
{
    protected override Report Measure(int rounds)
    {
        using TailCallBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
