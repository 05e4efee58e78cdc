using System.CommandLine;
using System.Net.Sockets;
using Hops.Benchmarks.Connecting;

namespace Hops.Benchmarks.Commands;

/// <summary><c>connect</c>.</summary>
internal sealed class ConnectCommand : BenchmarkCommand
{
    private static readonly string[] Variants =
    [
        PlainVariant.VariantName, MeasuredVariant.SocketFilterName, MeasuredVariant.PinnedFilterName, MeasuredVariant.SocketOptionName, PerConnectionVariant.VariantName,
    ];
    private static readonly string[] Modes = ["async", "blocking"];

    public ConnectCommand()
        : base("connect", "What measuring adds to a connection on loopback, for blocking and for asynchronous connects.", usualRounds: 31)
    {
        Option<int> block = Number("--block", "Connections of each variant in a round; of 'per-connection', which is slow, a tenth.", 50, 100_000, 1_000);
        Option<string> variant = Word("--variant", "Only make connections of one variant, and print nothing: for strace -f -c.", Variants);
        Option<string> mode = Word("--mode", "With --variant: how to connect.", Modes);
        Option<int> count = Number("--count", "With --variant: how many connections.", 1, 100_000_000, 10_000);
        Option<bool> ipv6 = Flag("-6", "Connect over IPv6, and measure by the socket option, too.");
        Options.Add(block);
        Options.Add(ipv6);
        Options.Add(variant);
        Options.Add(mode);
        Options.Add(count);
        Validators.Add(result =>
        {
            bool one = result.GetResult(variant) is not null;
            bool needsOne = result.GetResult(mode) is not null || result.GetResult(count) is { Implicit: false };
            bool excludesOne = ((Option[])[Json, Rounds, block]).Any(o => result.GetResult(o) is { Implicit: false });
            if (one ? result.GetResult(mode) is null || excludesOne : needsOne)
            {
                result.AddError("--variant, --mode and --count go together, without the other options");
            }
        });
        SetAction(result =>
        {
            using ConnectBenchmark benchmark = new(result.GetValue(ipv6) ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
            if (result.GetValue(variant) is { } one)
            {
                _ = benchmark.RunOne(one, ModeOf(result.GetValue(mode)!), result.GetValue(count));
            }
            else
            {
                Write(
                    new(
                        Name, "What measuring adds to a loopback connection", "mode", "connection",
                        [.. Modes.SelectMany(mode => benchmark.RunAll(ModeOf(mode), result.GetValue(Rounds), result.GetValue(block)))]),
                    result);
            }

            return ExitStatus.Measured;
        });
    }

    public override IReadOnlyList<string> Examples { get; } = ["--rounds 200", "--json", "--variant socket-filter --mode blocking --count 10000"];

    private static ConnectMode ModeOf(string word) => Enum.Parse<ConnectMode>(word, ignoreCase: true);
}
