using System.CommandLine;
using System.Globalization;
using Hops.Benchmarks.Output;

namespace Hops.Benchmarks.Commands;

/// <summary>A benchmark's command: rounds in, a report out.</summary>
internal abstract class BenchmarkCommand : Command
{
    protected BenchmarkCommand(string name, string description, int usualRounds)
        : base(name, description)
    {
        Rounds = Number("--rounds", "How many rounds: the figures are medians over them.", 3, 100_000, usualRounds);
        Options.Add(Json);
        Options.Add(Rounds);
    }

    /// <summary>Arguments that are worth trying.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    protected Option<bool> Json { get; } = Flag("--json", "Print an object a line.");

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

    protected void Write(Report report, ParseResult result)
    {
        if (result.GetValue(Json))
        {
            JsonReport.Write(report);
        }
        else
        {
            TableReport.Write(report);
        }
    }
}
