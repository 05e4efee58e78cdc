using Hops.Benchmarks.Processes;
using Hops.Benchmarks.Watching;

namespace Hops.Benchmarks.Commands;

/// <summary><c>watch</c>.</summary>
internal sealed class WatchCommand() : LimitedCommand("watch", "Measures what a watch of the host adds to connections and packets.", usualRounds: 31)
{
    // A round of these runs two processes for some seconds.
    private const int RoundsForOneOfProcesses = 6;

    protected override Report Measure(int rounds)
    {
        // First, because it uses both processors.
        IReadOnlyList<Measurement> records = new RecordBenchmark(NativeProgram.PublishHops()).Measure(Math.Max(1, rounds / RoundsForOneOfProcesses));
        return WatchBenchmark.Run(Name, rounds, records);
    }
}
