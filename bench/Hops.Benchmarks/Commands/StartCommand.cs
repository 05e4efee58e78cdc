using Hops.Benchmarks.Processes;
using Hops.Benchmarks.Programs;

namespace Hops.Benchmarks.Commands;

/// <summary><c>start</c>.</summary>
internal sealed class StartCommand()
    : LimitedCommand("start", "Compares the time of hops for one target, from start to end, with that of a program that only connects.", usualRounds: 31)
{
    protected override Report Measure(int rounds)
    {
        using ProgramBenchmark benchmark = new(NativeProgram.PublishHops(), NativeProgram.PublishPlainConnect());
        return benchmark.RunStart(Name, rounds);
    }
}
