using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Benchmarks.Throughput;

/// <summary>
/// The filter stays on the socket, and runs for each packet that arrives there: data when the client receives, acknowledgements when it sends. One thread sends a chunk and receives it, so that
/// the time is the processor's, of both ends. Over loopback packets have up to 64 KiB; the same again with packets as a network has them, where there are 45 times as many.
/// </summary>
internal sealed class ThroughputBenchmark : IDisposable
{
    private const double Ratio = 1.02;

    private const int MebiByte = 1024 * 1024;
    private const int Chunk = 64 * 1024;
    private const int Turn = 4;
    private const int TurnsInBlock = 10;

    private readonly byte[] _sent = new byte[Chunk];
    private readonly byte[] _received = new byte[Chunk];
    private readonly List<IDisposable> _opened = [];

    public Report Run(string name, int rounds)
    {
        Processors.PinToCurrent();
        HopMeter meter = HopMeter.Open(HopSource.SocketFilter);
        NetworkNamespace smallPackets = NetworkNamespace.Create();
        _opened.Add(smallPackets);
        // Without segments to join, each packet arrives on its own.
        smallPackets.Ip(["link set lo mtu 1500 gso_max_size 1500 gro_max_size 1500", "link set lo up"]);
        return new Report(
            name, "Data through a socket with the filter attached, over loopback, on one processor", "packets", "MiB",
            SubjectGroup.Measure([.. GroupsOf("64 KiB", SocketsOf(meter)), .. GroupsOf("1500 bytes", smallPackets.Run(() => SocketsOf(meter)))], rounds))
        {
            Chart = ReportChart.Ratios,
        };
    }

    public void Dispose() => _opened.ForEach(static opened => opened.Dispose());

    private (SocketPair Plain, SocketPair Armed) SocketsOf(HopMeter meter)
    {
        SocketPair plain = new(null);
        SocketPair armed = new(meter);
        _opened.InsertRange(0, [plain, armed]);
        return (plain, armed);
    }

    private IEnumerable<SubjectGroup> GroupsOf(string packets, (SocketPair Plain, SocketPair Armed) sockets) =>
    [
        new(
            $"{packets}, receiving", Turn * TurnsInBlock, Turn, isCompared: true,
            SubjectGroup.Subject.Of("plain", 1, times => Transfer(sockets.Plain.Server, sockets.Plain.Client, times)),
            SubjectGroup.Subject.Of("filter attached", 1, times => Transfer(sockets.Armed.Server, sockets.Armed.Client, times), Limit.Ratio(Ratio))),
        new(
            $"{packets}, sending", Turn * TurnsInBlock, Turn, isCompared: true,
            SubjectGroup.Subject.Of("plain", 1, times => Transfer(sockets.Plain.Client, sockets.Plain.Server, times)),
            SubjectGroup.Subject.Of("filter attached", 1, times => Transfer(sockets.Armed.Client, sockets.Armed.Server, times), Limit.Ratio(Ratio))),
    ];

    private void Transfer(Socket from, Socket to, int times)
    {
        for (int chunk = 0; chunk < times * (MebiByte / Chunk); chunk++)
        {
            _ = from.Send(_sent);
            for (int received = 0; received < Chunk;)
            {
                received += to.Receive(_received);
            }
        }
    }
}
