using Hops.Benchmarks.Guarding;

namespace Hops.Benchmarks.Commands;

/// <summary><c>guard</c>.</summary>
internal sealed class GuardCommand()
    : LimitedCommand("guard", "Measures what a guard adds to connections and packets of the guarded program, and of others.", usualRounds: 101)
{
    protected override Report Measure(int rounds) => GuardBenchmark.Run(Name, rounds);
}
