using Hops.Benchmarks.Assembling;

namespace Hops.Benchmarks.Commands;

/// <summary><c>assembly</c>.</summary>
internal sealed class AssemblyCommand()
    : LimitedCommand("assembly", "Measures how fast programs are assembled, parsed, formatted and decoded, on one processor.", usualRounds: 101)
{
    protected override Report Measure(int rounds) => AssemblyBenchmark.Run(Name, rounds);
}
