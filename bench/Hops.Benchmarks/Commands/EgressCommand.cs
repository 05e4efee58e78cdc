using Hops.Benchmarks.Egress;
using Hops.Benchmarks.Processes;

namespace Hops.Benchmarks.Commands;

/// <summary><c>egress</c>.</summary>
internal sealed class EgressCommand() : LimitedCommand(
    "egress", "Compares tunnels of samples/EgressProxy with those of squid and tinyproxy, and with connections without a proxy.", usualRounds: 31)
{
    protected override Report Measure(int rounds)
    {
        using EgressBenchmark benchmark = new(ReleaseProgram.Publish("samples/EgressProxy"));
        return benchmark.Run(Name, rounds);
    }
}
