using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;

namespace Hops.Benchmarks.Watching;

/// <summary>
/// What a watch adds to a connection, to a packet and to 64 KiB: both ends are on one thread, in a network of their own, and what counts is that thread's
/// processor time. Nobody reads the records meanwhile: that is done between the turns, and what it takes is <see cref="RecordBenchmark"/>'s.
/// </summary>
internal sealed class WatchBenchmark : IDisposable
{
    // Attaching and detaching wait for other processors, so turns are few and long.
    private const int Turn = 500;
    private const int LargeTurn = 200;
    private const int TurnsInBlock = 2;

    // What attaching leaves in the processor's caches is not what the programs cost.
    private const int Settling = 50;
    private const int Large = 64 * 1024;

    // The kernel frees the programs and maps of the turn before when all processors have left them.
    private static readonly TimeSpan KernelCleanUp = TimeSpan.FromMilliseconds(10);

    private readonly NetworkNamespace _network = NetworkNamespace.Create();
    private readonly Socket _listener;
    private readonly int _port;
    private readonly byte[] _buffer = new byte[Large];
    private Func<long>? _clock;

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
        _port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    public Report Run(string name, int rounds, IReadOnlyList<Measurement> records)
    {
        Processors.PinToCurrent();
        IReadOnlyList<Measurement> added = _network.Run(() =>
        {
            _clock = ThreadClock.CountsPackets(() => RawConnection.OpenAndClose(_listener, Settling)) ? ThreadClock.GetTimestamp : null;
            return SubjectGroup.Measure(
                [
                    GroupOf("connection", Turn, Connect, new(1.05, 1.12, 1.06, 1.25, 1.25)),
                    GroupOf("1 byte there and back", Turn, (watch, times) => Exchange(watch, 1, times), new(1.01, 1.07, 1.03, 1.03, 1.10)),
                    GroupOf("64 KiB there", LargeTurn, (watch, times) => Exchange(watch, Large, times), new(1.01, 1.07, 1.03, 1.03, 1.10)),
                ],
                rounds);
        });
        return new Report(name, "Connections and packets under a watch", "what", "operation", [.. records, .. added])
        {
            ShowsDifferences = true,
            Remarks = _clock is null ? ["This kernel counts the time of packets apart from that of threads, so elapsed time was measured."] : [],
        };
    }

    public void Dispose()
    {
        _listener.Dispose();
        _network.Dispose();
    }

    private static SubjectGroup GroupOf(string name, int turn, Func<HostWatchOptions?, int, Block> run, Ratios most)
    {
        HostWatchOptions header = new() { Side = KernelSide.Header };
        HostWatchOptions packets = new() { Side = KernelSide.Packets };
        return new(
            name, turn * TurnsInBlock, turn, isCompared: true,
            new SubjectGroup.Subject("no watch", times => run(null, times)),
            Watched("header", header, Limit.Ratio(most.Header)),
            Watched("packets", packets, Limit.Ratio(most.Packets)),
            Watched("packets, outgoing only", packets with { Direction = ConnectionDirection.Outgoing }, Limit.Ratio(most.Outgoing)),
            Watched("header, closed", header with { WithClosed = true }, Limit.Ratio(most.Closed)),
            Watched("header, drift", header with { WithDrift = true }, Limit.Ratio(most.Drift)));

        SubjectGroup.Subject Watched(string subject, HostWatchOptions options, params IReadOnlyList<Limit> limits) =>
            new(subject, times => run(options, times), limits);
    }

    private Block Connect(HostWatchOptions? watch, int times) => Under(watch, Settling + times, () =>
    {
        RawConnection.OpenAndClose(_listener, Settling);
        return Block.Time(times, 1, count => RawConnection.OpenAndClose(_listener, count), _clock);
    });

    // The connection is made under the watch, which would not know it otherwise.
    private Block Exchange(HostWatchOptions? watch, int size, int times) => Under(watch, 1, () =>
    {
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0) };
        client.Connect(_listener.LocalEndPoint!);
        using Socket server = _listener.Accept();
        RawConnection.SendAtOnce(client);
        RawConnection.SendAtOnce(server);
        RawConnection.Exchange(client, server, _buffer, size, Settling);
        return Block.Time(times, 1, count => RawConnection.Exchange(client, server, _buffer, size, count), _clock);
    });

    private Block Under(HostWatchOptions? options, int connections, Func<Block> run)
    {
        if (options is null)
        {
            // Without a watch, but behind one: all find memory and caches as attaching leaves them.
            HostWatch.Start().Dispose();
            Thread.Sleep(KernelCleanUp);
            return run();
        }

        using HostWatch watch = HostWatch.Start(options);
        Thread.Sleep(KernelCleanUp);
        Block block = run();
        watch.Stop();
        int ends = options.Direction is null ? 2 : 1;
        int told = CountAsync(watch).GetAwaiter().GetResult();
        // Connections of others may have the same port.
        return watch.Lost == 0 && told >= connections * ends
            ? block
            : throw new InvalidOperationException($"The watch told {told} of {connections * ends} ends of connections, and {watch.Lost} records were lost.");
    }

    private async Task<int> CountAsync(HostWatch watch)
    {
        int count = 0;
        await foreach (WatchedConnection connection in watch.ConfigureAwait(false))
        {
            bool isOurs = connection.LocalEndPoint.Port == _port || connection.RemoteEndPoint.Port == _port;
            count += isOurs && connection.Event == ConnectionEvent.Opened ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// The most that variants may take, of the time without a watch. Of closed and drift nothing was asked: theirs are what was measured, with some room.
    /// </summary>
    private sealed record Ratios(double Header, double Packets, double Outgoing, double Closed, double Drift);
}
