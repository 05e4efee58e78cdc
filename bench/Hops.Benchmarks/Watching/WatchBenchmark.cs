using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;

namespace Hops.Benchmarks.Watching;

/// <summary>
/// What a watch adds to a connection, to a packet and to 64 KiB: both ends are on one thread, in a network of their own, so the time is the processor's, of
/// both. Nobody reads the records meanwhile; what reading takes is <see cref="RecordBenchmark"/>'s.
/// </summary>
internal sealed class WatchBenchmark : IDisposable
{
    // Attaching takes some milliseconds, so turns are long; what they tell fits into the ring.
    private const int Turn = 3_000;
    private const int LargePackets = 1_000;
    private const int Large = 64 * 1024;

    private readonly NetworkNamespace _network = NetworkNamespace.Create();
    private readonly Socket _listener;
    private readonly byte[] _buffer = new byte[Large];

    public WatchBenchmark()
    {
        _network.Ip(["link set lo up"]);
        _listener = _network.Run(static () =>
        {
            Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1024);
            return listener;
        });
    }

    public Report Run(string name, int rounds, IReadOnlyList<Measurement> records)
    {
        Processors.PinToCurrent();
        return new Report(
            name, "Connections and packets under a watch", "what", "operation",
            [.. records, .. _network.Run(() => SubjectGroup.Measure(
                [
                    GroupOf("connection", Turn, times => RawConnection.OpenAndClose(_listener, times), 1.05, 1.12, 1.06),
                    GroupOf("1 byte there and back", Turn, times => Exchange(1, times), 1.01, 1.07, 1.03),
                    GroupOf("64 KiB there", LargePackets, times => Exchange(Large, times), 1.01, 1.07, 1.03),
                ],
                rounds))])
        {
            ShowsDifferences = true,
        };
    }

    public void Dispose()
    {
        _listener.Dispose();
        _network.Dispose();
    }

    private static SubjectGroup GroupOf(string name, int turn, Action<int> body, double header, double packets, double outgoing)
    {
        HostWatchOptions outgoingOnly = new() { Direction = ConnectionDirection.Outgoing };
        return new(
            name, turn, turn, isCompared: true,
            SubjectGroup.Subject.Of("no watch", 1, body),
            Watched("header", new(), Limit.Ratio(header)),
            Watched("packets", new() { Side = KernelSide.Packets }, Limit.Ratio(packets)),
            Watched("packets, outgoing only", outgoingOnly with { Side = KernelSide.Packets }, Limit.Ratio(outgoing)),
            Watched("header, closed", new() { WithClosed = true }),
            Watched("header, drift", new() { WithDrift = true }));

        SubjectGroup.Subject Watched(string subject, HostWatchOptions options, params IReadOnlyList<Limit> limits) =>
            new(subject, times => Under(options with { Side = options.Side ?? KernelSide.Header }, body, times), limits);
    }

    private static Block Under(HostWatchOptions options, Action<int> body, int times)
    {
        using HostWatch watch = HostWatch.Start(options);
        Block block = Block.Time(times, 1, body);
        return watch.Lost == 0 ? block : throw new InvalidOperationException($"{watch.Lost} records found no room: that is not the usual cost.");
    }

    private void Exchange(int size, int times)
    {
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) };
        client.Connect(_listener.LocalEndPoint!);
        using Socket server = _listener.Accept();
        RawConnection.SendAtOnce(client);
        RawConnection.SendAtOnce(server);
        RawConnection.Exchange(client, server, _buffer, size, times);
    }
}
