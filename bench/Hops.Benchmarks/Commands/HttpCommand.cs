using Hops.Benchmarks.Http;

namespace Hops.Benchmarks.Commands;

/// <summary><c>http</c>.</summary>
internal sealed class HttpCommand()
    : LimitedCommand("http", "Measures what a hop guard adds to a request, on a pooled and on a new connection.", usualRounds: 101)
{
    protected override Report Measure(int rounds)
    {
        using HttpBenchmark benchmark = new();
        return benchmark.Run(Name, rounds);
    }
}
