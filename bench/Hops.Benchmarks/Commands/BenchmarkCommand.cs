using System.CommandLine;
using System.Globalization;
using Hops.Benchmarks.Output;
using Hops.Benchmarks.Pages;

namespace Hops.Benchmarks.Commands;

/// <summary>A benchmark's command: rounds in, a report out.</summary>
internal abstract class BenchmarkCommand : Command
{
    private const int LeastRounds = 3;
    private const int QuickDivisor = 10;

    private readonly Option<bool> _check = Flag("--check", $"Exit with status {ExitStatus.Failed} if a limit is missed.");
    private readonly Option<DirectoryInfo?> _output = new("--output")
    {
        Description = "Also write the figures into performance.md of this folder, in place of the old ones, and the chart beside it.",
        HelpName = "FOLDER",
        Arity = ArgumentArity.ExactlyOne,
    };

    protected BenchmarkCommand(string name, string description, int usualRounds)
        : base(name, description)
    {
        QuickRounds = Math.Max(LeastRounds, usualRounds / QuickDivisor);
        Rounds = Number("--rounds", "The number of rounds; the figures are medians over them.", LeastRounds, 100_000, usualRounds);
        Options.Add(Json);
        Options.Add(Rounds);
        Options.Add(_check);
        Options.Add(_output);
        SetAction(Run);
    }

    /// <summary>The number of rounds that is enough to show that the benchmark works.</summary>
    public int QuickRounds { get; }

    /// <summary>Arguments for the examples in the help.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    protected Option<bool> Json { get; } = Flag("--json", "Print one JSON object per line.");

    protected Option<int> Rounds { get; }

    protected static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    protected static Option<string> Word(string name, string description, string[] words)
    {
        Option<string> option = new(name) { Description = description, Arity = ArgumentArity.ExactlyOne };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    protected static Option<int> Number(string name, string description, int least, int most, int usual) => new(name)
    {
        Description = description,
        HelpName = "N",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError($"{name} takes a number from {least} to {most}, not '{text}'");
            return usual;
        },
    };

    /// <summary>Measures.</summary>
    protected abstract Report Measure(ParseResult result);

    /// <summary>Measures, and prints the result.</summary>
    protected int Run(ParseResult result)
    {
        FigureFolder? folder = result.GetValue(_output) is { } output ? new(output.FullName) : null;
        folder?.Check(Name);
        string load = Machine.Load();
        Report report = Measure(result);
        Write(report, result);
        folder?.Write(report, $"{Name} --rounds {result.GetValue(Rounds)}", load);
        if (!result.GetValue(_check))
        {
            return ExitStatus.Measured;
        }

        foreach (string miss in report.Misses)
        {
            Console.Error.WriteLine(miss);
        }

        return report.Misses.Any() ? ExitStatus.Failed : ExitStatus.Measured;
    }

    private void Write(Report report, ParseResult result)
    {
        if (result.GetValue(Json))
        {
            JsonReport.Write(report);
        }
        else
        {
            TableReport.Write(report);
        }

        foreach (string remark in report.Remarks)
        {
            Console.Error.WriteLine(remark);
        }
    }
}
