using Hops.Benchmarks.Http;

namespace Hops.Benchmarks.Commands;

/// <summary><c>guarded-connect</c>.</summary>
internal sealed class GuardedConnectCommand()
    : LimitedCommand("guarded-connect", "Measures what a hop guard adds to a connection, over loopback and through routers.", usualRounds: 101)
{
    protected override Report Measure(int rounds)
    {
        using GuardedConnectBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
