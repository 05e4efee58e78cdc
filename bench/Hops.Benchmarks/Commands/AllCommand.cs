using System.CommandLine;
using System.Diagnostics;
using Hops.Benchmarks.Pages;
using Hops.Benchmarks.Processes;

namespace Hops.Benchmarks.Commands;

/// <summary>
/// <c>all</c>: runs every benchmark in its own process, so that compiled code, memory and the choice of processor of one do not affect another.
/// </summary>
internal sealed class AllCommand : Command
{
    private readonly IReadOnlyList<BenchmarkCommand> _benchmarks;
    private readonly Option<bool> _quick = new("--quick")
    {
        Description = "Measure few rounds, to check that everything works. The figures are not worth quoting.",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<bool> _check = new("--check")
    {
        Description = $"Exit with status {ExitStatus.Failed} if a limit is missed.",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<DirectoryInfo> _output = new("--output")
    {
        Description = "The folder of the performance.md that the figures are written to.",
        HelpName = "FOLDER",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = static _ => new DirectoryInfo("docs"),
    };
    private readonly Option<string[]?> _only = new("--only")
    {
        Description = "Run only these benchmarks, separated by commas; the figures of the others stay.",
        HelpName = "NAMES",
        Arity = ArgumentArity.ExactlyOne,
    };

    public AllCommand(IReadOnlyList<BenchmarkCommand> benchmarks)
        : base("all", "Runs all benchmarks, one after the other, and writes their figures into docs/performance.md, with charts beside it.")
    {
        _benchmarks = benchmarks;
        string[] names = [.. benchmarks.Select(static b => b.Name)];
        _only.CustomParser = result =>
        {
            string[] words = result.Tokens[^1].Value.Split(',');
            if (words.Except(names).FirstOrDefault() is { } stranger)
            {
                result.AddError($"--only takes some of {string.Join(',', names)}; '{stranger}' is not one of them");
            }

            return words;
        };
        Options.Add(_quick);
        Options.Add(_check);
        Options.Add(_output);
        Options.Add(_only);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        // The option's value is empty if it is not given; an empty value cannot be given.
        BenchmarkCommand[] chosen = result.GetValue(_only) is { Length: > 0 } names ? [.. _benchmarks.Where(b => names.Contains(b.Name))] : [.. _benchmarks];
        string output = result.GetValue(_output)!.FullName;
        FigureFolder folder = new(output);
        foreach (BenchmarkCommand benchmark in chosen)
        {
            folder.Check(benchmark.Name);
        }

        List<string> failed = [];
        for (int i = 0; i < chosen.Length; i++)
        {
            string[] options =
            [
                "--output", output,
                .. Option(result.GetValue(_check), "--check"),
                .. Option(result.GetValue(_quick), "--rounds", $"{chosen[i].QuickRounds}"),
            ];
            Console.Error.WriteLine($"[{i + 1}/{chosen.Length}] {chosen[i].Name}: {chosen[i].Description}");
            long start = Stopwatch.GetTimestamp();
            int status = ThisProgram.Run([chosen[i].Name, .. options]);
            string outcome = status == ExitStatus.Measured ? "done" : $"exit status {status}";
            Console.Error.WriteLine($"[{i + 1}/{chosen.Length}] {chosen[i].Name}: {outcome} after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
            if (status != ExitStatus.Measured)
            {
                failed.Add(chosen[i].Name);
            }
        }

        if (failed.Count == 0)
        {
            return ExitStatus.Measured;
        }

        Console.Error.WriteLine($"Failed, or missed a limit: {string.Join(", ", failed)}.");
        return ExitStatus.Failed;
    }

    private static string[] Option(bool isWanted, params string[] words) => isWanted ? words : [];
}
