using System.Net.Sockets;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Benchmarks.Connecting;
using Hops.Lab;

namespace Hops.Benchmarks.Throughput;

/// <summary>
/// The filter stays on the socket, and runs for each packet that arrives there: data when the client receives, acknowledgements when it sends. One thread sends
/// a chunk and receives it, so the time is the processor time of both ends. Packets over loopback have up to 64 KiB; a second group has packets of the size of
/// a network's, 45 times as many.
/// </summary>
internal sealed class ThroughputBenchmark : IDisposable
{
    private const double Ratio = 1.02;

    private const int MebiByte = 1024 * 1024;
    private const int Chunk = 64 * 1024;
    private const int Turn = 4;
    private const int TurnsInBlock = 10;

    private readonly BpfProgram _filter = PrivateShare.OpenFilter();
    private readonly byte[] _sent = new byte[Chunk];
    private readonly byte[] _received = new byte[Chunk];
    private readonly List<IDisposable> _opened = [];

    public Report Run(string name, int rounds)
    {
        Processors.PinToCurrent();
        HopMeter meter = HopMeter.Open(HopMeterSource.SocketFilter);
        NetworkNamespace smallPackets = NetworkNamespace.Create();
        SocketPair large = new(meter);
        // Without segmentation offload each packet arrives separately.
        smallPackets.Ip(["link set lo mtu 1500 gso_max_size 1500 gro_max_size 1500", "link set lo up"]);
        SocketPair small = smallPackets.Run(() => new SocketPair(meter));
        _opened.AddRange([large, small, smallPackets]);
        return new Report(
            name, "Data through a socket with the filter attached", "packets", "MiB",
            SubjectGroup.Measure(
                [
                    GroupOf("64 KiB, receiving", large, large.Server, large.Client),
                    GroupOf("64 KiB, sending", large, large.Client, large.Server),
                    GroupOf("1500 bytes, receiving", small, small.Server, small.Client),
                    GroupOf("1500 bytes, sending", small, small.Client, small.Server),
                ],
                rounds))
        {
            Chart = ReportChart.Ratios,
        };
    }

    public void Dispose()
    {
        _opened.ForEach(static opened => opened.Dispose());
        _filter.Dispose();
    }

    // Both variants use the same connection: different connections have different windows and buffers.
    private SubjectGroup GroupOf(string name, SocketPair sockets, Socket from, Socket to) => new(
        name, Turn * TurnsInBlock, Turn, isCompared: true,
        SubjectGroup.Subject.Of("plain", 1, times => Transfer(from, to, times)),
        new SubjectGroup.Subject(
            "filter attached", times => WithFilter(sockets.Client, () => Block.Time(times, 1, count => Transfer(from, to, count))), Limit.Ratio(Ratio)));

    private Block WithFilter(Socket socket, Func<Block> run)
    {
        socket.AttachFilter(_filter);
        Block block = run();
        socket.DetachFilter();
        return block;
    }

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
