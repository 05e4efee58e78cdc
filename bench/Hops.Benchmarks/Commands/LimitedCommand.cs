using System.CommandLine;

namespace Hops.Benchmarks.Commands;

/// <summary>A benchmark without options of its own.</summary>
internal abstract class LimitedCommand(string name, string description, int usualRounds) : BenchmarkCommand(name, description, usualRounds)
{
    public override IReadOnlyList<string> Examples { get; } = ["", "--check", "--rounds 1000 --json"];

    protected sealed override Report Measure(ParseResult result) => Measure(result.GetValue(Rounds));

    protected abstract Report Measure(int rounds);
}
