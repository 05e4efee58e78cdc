using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.Tests;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>
/// Packets with the addresses and ports of a connection, from a sender that does not see it: their TTLs are not reported, neither as that of an older
/// connection nor as a new one of a known connection. Senders that know the sequence numbers cannot be told from the real end.
/// </summary>
[Collection(nameof(HostWatchTests))]
public sealed class ForgedPacketTests
{
    // linux/tcp.h.
    private const int TcpLevel = 6;
    private const int Repair = 19;
    private const int RepairQueue = 20;
    private const int QueueSequence = 21;
    private const int OffWithoutProbe = -1;
    private const int Receiving = 1;
    private const int Sending = 2;

    // For each packet the difference of its numbers from the expected ones, its flags, and its own TTL.
    private static readonly (int Sequence, int Acknowledgement, byte Flags, byte Ttl)[] Forged =
    [
        (1, 0, Segment.Ack, 201), (-1, 0, Segment.Ack, 202), (1000, 0, Segment.Ack, 203), (int.MinValue, 0, Segment.Ack, 204), (1, 0, Segment.Rst, 205),
        (0, 1, Segment.Ack, 206), (0, -1, Segment.Ack, 207), (0, int.MinValue, Segment.Ack, 208), (0, 0, Segment.Psh, 209), (0, 0, 0, 210),
    ];

    public static TheoryData<KernelSide, AddressFamily, bool> Cases => new MatrixTheoryData<KernelSide, AddressFamily, bool>(
        Enum.GetValues<KernelSide>(), [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Only_packets_with_the_numbers_that_are_expected_count(KernelSide side, AddressFamily family, bool isOlder)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(0);
        using Socket listener = network.Server.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(network.ServerAddress(family), 0));
        listener.Listen();
        using Socket client = network.Client.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        HostWatch? watch = isOlder ? null : Start();
        client.Connect(listener.LocalEndPoint!);
        watch ??= Start();
        using (watch)
        {
            using Socket server = listener.Accept();
            using Socket forger = Segment.NewSender(network.Server, family);
            (uint expected, uint sent) = NumbersOf(client);
            foreach ((int sequence, int acknowledgement, byte flags, byte ttl) in Forged)
            {
                Send(sequence, acknowledgement, flags, ttl);
            }

            Send(0, 0, Segment.Ack, 150);
            Send(0, 0, Segment.Ack, 151);
            Send(0, 0, Segment.Rst, 152);
            // It has arrived.
            Assert.Throws<SocketException>(() => client.Receive(new byte[1]));
            watch.Stop();
            List<WatchedConnection> told = await ToldConnections.ReadAsync(
                watch, one => one.LocalEndPoint.Equals(client.LocalEndPoint) && one.Event != ConnectionEvent.Opened);
            Assert.Equal(
                isOlder
                    ? [(ConnectionEvent.Existing, 150, false), (ConnectionEvent.Drifted, 151, false), (ConnectionEvent.Drifted, 152, true)]
                    : [(ConnectionEvent.Drifted, 150, false), (ConnectionEvent.Drifted, 151, false), (ConnectionEvent.Drifted, 152, true)],
                told.Select(static one => (one.Event, one.Distance!.Value.ReceivedTtl, one.IsReset)));

            void Send(int sequence, int acknowledgement, byte flags, byte ttl) => forger.SendTo(
                Segment.Make(
                    (IPEndPoint)client.RemoteEndPoint!, (IPEndPoint)client.LocalEndPoint!, flags, expected + (uint)sequence, sent + (uint)acknowledgement, ttl),
                new IPEndPoint(((IPEndPoint)client.LocalEndPoint!).Address, 0));
        }

        HostWatch Start() => HostWatch.Start(new() { Side = side, WithDrift = true, WithExisting = true });
    }

    /// <summary>The sequence numbers that a socket expects next and sends next (TCP_REPAIR).</summary>
    private static (uint Expected, uint Sent) NumbersOf(Socket socket)
    {
        Set(Repair, 1);
        uint expected = Get(Receiving);
        uint sent = Get(Sending);
        Set(Repair, OffWithoutProbe);
        return (expected, sent);

        void Set(int option, int value) => socket.SetRawSocketOption(TcpLevel, option, BitConverter.GetBytes(value));

        uint Get(int queue)
        {
            Set(RepairQueue, queue);
            byte[] value = new byte[4];
            socket.GetRawSocketOption(TcpLevel, QueueSequence, value);
            return BinaryPrimitives.ReadUInt32LittleEndian(value);
        }
    }
}
