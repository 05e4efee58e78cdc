using System.CommandLine;
using System.Net.Sockets;
using Hops.Benchmarks.Connecting;

namespace Hops.Benchmarks.Commands;

/// <summary><c>connect</c>.</summary>
internal sealed class ConnectCommand : BenchmarkCommand
{
    private static readonly string[] Variants =
    [
        PlainVariant.VariantName, MeasuredVariant.SocketFilterName, MeterVariant.VariantName, MeasuredVariant.PinnedFilterName,
        MeasuredVariant.SocketOptionName, BareCallsVariant.VariantName, PerConnectionVariant.VariantName,
    ];
    private static readonly string[] Modes = ["async", "blocking"];

    private readonly Option<int> _block = Number(
        "--block", "Connections of each variant in a round; of 'per-connection', which is slow, a tenth.", 50, 100_000, 1_000);
    private readonly Option<bool> _ipv4 = Flag("-4", "Connect over IPv4 only.");
    private readonly Option<bool> _ipv6 = Flag("-6", "Connect over IPv6 only.");

    public ConnectCommand()
        : base("connect", "Measures what a distance adds to a connection on loopback, for blocking and for asynchronous connects.", usualRounds: 61)
    {
        Option<string> variant = Word("--variant", "Only make connections of one variant, and print nothing: for strace -f -c.", Variants);
        Option<string> mode = Word("--mode", "With --variant: how to connect.", Modes);
        Option<int> count = Number("--count", "With --variant: how many connections.", 1, 100_000_000, 10_000);
        Options.Add(_block);
        Options.Add(_ipv4);
        Options.Add(_ipv6);
        Options.Add(variant);
        Options.Add(mode);
        Options.Add(count);
        Validators.Add(result =>
        {
            bool one = result.GetResult(variant) is not null;
            bool needsOne = result.GetResult(mode) is not null || result.GetResult(count) is { Implicit: false };
            bool excludesOne = Options.Except([variant, mode, count, _ipv4, _ipv6]).Any(o => result.GetResult(o) is { Implicit: false });
            if (one ? result.GetResult(mode) is null || excludesOne : needsOne)
            {
                result.AddError("--variant, --mode and --count go together, without the other options");
            }

            if (result.GetValue(_ipv4) && result.GetValue(_ipv6))
            {
                result.AddError("-4 and -6 exclude each other; both families are measured without them");
            }
        });
        SetAction(result =>
        {
            if (result.GetValue(variant) is not { } one)
            {
                return Run(result);
            }

            using ConnectBenchmark benchmark = new(result.GetValue(_ipv6) ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
            _ = benchmark.RunOne(one, ModeOf(result.GetValue(mode)!), result.GetValue(count));
            return ExitStatus.Measured;
        });
    }

    public override IReadOnlyList<string> Examples { get; } = ["--rounds 200", "-4 --check", "--variant socket-filter --mode blocking --count 10000"];

    protected override Report Measure(ParseResult result)
    {
        List<Measurement> measurements = [];
        List<string> remarks = [];
        foreach (AddressFamily family in Families(result))
        {
            using ConnectBenchmark benchmark = new(family);
            measurements.AddRange(Modes.SelectMany(mode => benchmark.RunAll(ModeOf(mode), result.GetValue(Rounds), result.GetValue(_block))));
            remarks.AddRange(benchmark.Remarks);
        }

        return new(Name, "What measuring adds to a loopback connection", "mode", "connection", measurements)
        {
            Chart = ReportChart.Ratios,
            Remarks = [.. remarks.Distinct()],
        };
    }

    private IEnumerable<AddressFamily> Families(ParseResult result)
    {
        if (!result.GetValue(_ipv6))
        {
            yield return AddressFamily.InterNetwork;
        }

        if (!result.GetValue(_ipv4))
        {
            yield return AddressFamily.InterNetworkV6;
        }
    }

    private static ConnectMode ModeOf(string word) => Enum.Parse<ConnectMode>(word, ignoreCase: true);
}
