using System.CommandLine;
using System.Globalization;
using Ebpf;
using Hops.Benchmarks.Connecting;
using Hops.Benchmarks.Output;

namespace Hops.Benchmarks;

/// <summary>The words of the command line.</summary>
internal static class CommandLine
{
    private static readonly string[] Variants = [PlainVariant.VariantName, MeasuredVariant.VariantName, PerConnectionVariant.VariantName];
    private static readonly string[] Modes = ["async", "blocking"];

    public static int Run(string[] args)
    {
        RootCommand root = new("Benchmarks of Hops. They need CAP_BPF or root.") { Connect() };
        ParseResult result = root.Parse(args);
        try
        {
            int status = result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return result.Errors.Count == 0 ? status : ExitStatus.WrongUsage;
        }
        catch (Exception e) when (e is HopMeterUnavailableException or BpfException { Errno: Errno.EPERM })
        {
            Console.Error.WriteLine(e.Message);
            return ExitStatus.CannotMeasure;
        }
        catch (Exception e) when (e is InvalidOperationException or BpfException)
        {
            Console.Error.WriteLine($"The benchmark failed. {e.Message}");
            return ExitStatus.Failed;
        }
    }

    private static Command Connect()
    {
        Option<bool> json = new("--json") { Description = "Print an object a line.", Arity = ArgumentArity.Zero };
        Option<int> rounds = Number("--rounds", "How many rounds.", 30, 100_000, 31);
        Option<int> block = Number("--block", "Connections of each variant in a round; of 'per-connection', which is slow, a tenth.", 50, 100_000, 1_000);
        Option<string> variant = Word("--variant", "Only make connections of one variant, and print nothing: for strace -f -c.", Variants);
        Option<string> mode = Word("--mode", "With --variant: how to connect.", Modes);
        Option<int> count = Number("--count", "With --variant: how many connections.", 1, 100_000_000, 10_000);
        Command connect = new("connect", "What measuring adds to a connection on loopback, for blocking and for asynchronous connects.")
        {
            json, rounds, block, variant, mode, count,
        };
        connect.Validators.Add(result =>
        {
            bool one = result.GetResult(variant) is not null;
            bool needsOne = result.GetResult(mode) is not null || result.GetResult(count) is { Implicit: false };
            bool excludesOne = ((Option[])[json, rounds, block]).Any(o => result.GetResult(o) is { Implicit: false });
            if (one ? result.GetResult(mode) is null || excludesOne : needsOne)
            {
                result.AddError("--variant, --mode and --count go together, without the other options");
            }
        });
        connect.SetAction(result => result.GetValue(variant) is { } one
            ? RunOne(one, ModeOf(result.GetValue(mode)!), result.GetValue(count))
            : RunAll(result.GetValue(json), result.GetValue(rounds), result.GetValue(block)));
        return connect;
    }

    private static int RunAll(bool json, int rounds, int blockSize)
    {
        using ConnectBenchmark benchmark = new();
        ConnectResult[] results = [.. Modes.SelectMany(mode => benchmark.RunAll(ModeOf(mode), rounds, blockSize))];
        if (json)
        {
            JsonReport.Write(results);
        }
        else
        {
            TableReport.Write(results);
        }

        return ExitStatus.Measured;
    }

    private static int RunOne(string variant, ConnectMode mode, int count)
    {
        using ConnectBenchmark benchmark = new();
        _ = benchmark.RunOne(variant, mode, count);
        return ExitStatus.Measured;
    }

    private static ConnectMode ModeOf(string word) => Enum.Parse<ConnectMode>(word, ignoreCase: true);

    private static Option<string> Word(string name, string description, string[] words)
    {
        Option<string> option = new(name) { Description = description, Arity = ArgumentArity.ExactlyOne };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    private static Option<int> Number(string name, string description, int least, int most, int usual) => new(name)
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
}
