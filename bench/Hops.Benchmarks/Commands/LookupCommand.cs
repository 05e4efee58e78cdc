using Hops.Benchmarks.Lookups;

namespace Hops.Benchmarks.Commands;

/// <summary><c>lookup</c>.</summary>
internal sealed class LookupCommand()
    : LimitedCommand("lookup", "Compares look-ups in a prefix tree, a hash and an array, in programs and from user space.", usualRounds: 101)
{
    protected override Report Measure(int rounds) => LookupBenchmark.Run(Name, rounds);
}
