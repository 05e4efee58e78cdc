using Hops.Benchmarks.Processes;
using Hops.Benchmarks.Programs;

namespace Hops.Benchmarks.Commands;

/// <summary><c>interval</c>.</summary>
internal sealed class IntervalCommand()
    : LimitedCommand("interval", "Measures the processor time of hops while it measures 1000 targets repeatedly.", usualRounds: 5)
{
    protected override Report Measure(int rounds)
    {
        using IntervalBenchmark benchmark = new(NativeProgram.PublishHops());
        return benchmark.Run(Name, rounds);
    }
}
