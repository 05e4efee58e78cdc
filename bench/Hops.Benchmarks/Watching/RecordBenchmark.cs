using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Benchmarks.CgroupThreads;
using Hops.Benchmarks.Processes;
using Hops.Lab;

namespace Hops.Benchmarks.Watching;

/// <summary>
/// The processor time that <c>hops watch</c> takes for a record: that of the whole process, minus that of an idle watch of the same duration.
/// </summary>
/// <param name="hops">The published command.</param>
internal sealed class RecordBenchmark(string hops)
{
    private const int Most = 3;

    private const int Connections = 100_000;

    // Fewer records than the ring holds, until it is read again.
    private const int Burst = 10_000;

    private static readonly TimeSpan Starting = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public IReadOnlyList<Measurement> Measure(int rounds) => SubjectGroup.MeasureCold(
        [new("record", Connections, Connections, isCompared: false, new SubjectGroup.Subject("--json to a file", Run, Limit.Microseconds(Most)))], rounds);

    private Block Run(int connections)
    {
        using NetworkNamespace network = NetworkNamespace.Create();
        network.Ip(["link set lo up"]);
        TimeSpan elapsed = default;
        long busy = TimeOf(connections, () => network.Run(() =>
        {
            using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0));
            listener.Listen(1024);
            long start = Stopwatch.GetTimestamp();
            for (int done = 0; done < connections; done += Burst)
            {
                RawConnection.OpenAndClose(listener, Burst);
                Thread.Sleep(Pause);
            }

            elapsed = Stopwatch.GetElapsedTime(start);
        }));
        // An idle watch takes time, too, because it polls the ring.
        long idle = TimeOf(0, () => Thread.Sleep(elapsed));
        return new(connections, busy - idle, null);
    }

    private long TimeOf(int connections, Action make)
    {
        using MemoryFile output = new();
        using MemoryFile errors = new();
        using ChildProcess watch = ChildProcess.Start(
            hops, ["watch", "--json", "--out", "--network", "127.0.0.9/32"], output: output.Handle, errors: errors.Handle);
        Thread.Sleep(Starting);
        make();
        watch.Terminate();
        ProcessRun run = watch.Wait();
        int told = output.ReadAll().AsSpan().Count('\n');
        return told == connections
            ? (long)(run.ProcessorTime.TotalSeconds * Stopwatch.Frequency)
            : throw new InvalidOperationException($"hops watch told {told} of {connections} connections: {errors.ReadAll().Trim()}");
    }
}
