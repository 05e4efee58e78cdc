using Hops.Benchmarks.Processes;
using Hops.Benchmarks.Programs;

namespace Hops.Benchmarks.Commands;

/// <summary><c>many</c>.</summary>
internal sealed class ManyCommand()
    : LimitedCommand("many", "Compares the time of hops for each of many targets with that of a program that only connects to them.", usualRounds: 11)
{
    protected override Report Measure(int rounds)
    {
        using ProgramBenchmark benchmark = new(NativeProgram.PublishHops(), NativeProgram.PublishPlainConnect());
        return benchmark.RunMany(Name, rounds);
    }
}
