using Hops.Benchmarks.Processes;
using Hops.Benchmarks.Watching;

namespace Hops.Benchmarks.Commands;

/// <summary><c>watch</c>.</summary>
internal sealed class WatchCommand() : LimitedCommand("watch", "What a watch of the host adds to connections and packets.", usualRounds: 31)
{
    // A round of these is two processes of some seconds.
    private const int RoundsForOneOfProcesses = 6;

    protected override Report Measure(int rounds)
    {
        // First, since it takes both processors.
        IReadOnlyList<Measurement> records = new RecordBenchmark(NativeProgram.PublishHops()).Measure(Math.Max(1, rounds / RoundsForOneOfProcesses));
        return WatchBenchmark.Run(Name, rounds, records);
    }
}
