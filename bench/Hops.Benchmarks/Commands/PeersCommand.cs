using System.CommandLine;
using Hops.Benchmarks.Peers;
using Hops.Benchmarks.Processes;

namespace Hops.Benchmarks.Commands;

/// <summary><c>peers</c>.</summary>
internal sealed class PeersCommand : BenchmarkCommand
{
    private readonly Option<FileInfo?> _hops = new("--hops")
    {
        Description = "The program hops to measure. Default: it is published from this repository with NativeAOT.",
        HelpName = "PATH",
        Arity = ArgumentArity.ExactlyOne,
    };

    public PeersCommand()
        : base("peers", "Compares the time that hops and other programs take to find the distance of a server, in a private network.", usualRounds: 31) =>
        Options.Add(_hops);

    public override IReadOnlyList<string> Examples { get; } = ["", "--hops /usr/bin/hops --rounds 5"];

    protected override Report Measure(ParseResult result)
    {
        using PeersBenchmark benchmark = new(result.GetValue(_hops)?.FullName ?? NativeProgram.PublishHops());
        return benchmark.Run(Name, result.GetValue(Rounds));
    }
}
