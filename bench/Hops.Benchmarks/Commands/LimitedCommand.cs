using System.CommandLine;

namespace Hops.Benchmarks.Commands;

/// <summary>A benchmark some of whose variants have limits to keep to.</summary>
internal abstract class LimitedCommand : BenchmarkCommand
{
    private readonly Option<bool> _check = Flag("--check", $"Exit with status {ExitStatus.Failed} if a limit is missed.");

    protected LimitedCommand(string name, string description, int usualRounds)
        : base(name, description, usualRounds)
    {
        Options.Add(_check);
        SetAction(result =>
        {
            Report report = Measure(result.GetValue(Rounds));
            Write(report, result);
            if (!result.GetValue(_check) || !report.Misses.Any())
            {
                return ExitStatus.Measured;
            }

            foreach (string miss in report.Misses)
            {
                Console.Error.WriteLine(miss);
            }

            return ExitStatus.Failed;
        });
    }

    public override IReadOnlyList<string> Examples { get; } = ["", "--check", "--rounds 1000 --json"];

    protected abstract Report Measure(int rounds);
}
