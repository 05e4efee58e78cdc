using System.Buffers.Binary;
using System.Net;

namespace Hops.Host.Tests.Watching;

/// <summary>Reads the handshakes in a file that tcpdump wrote of an Ethernet interface (pcap-savefile(5)).</summary>
internal static class CaptureFile
{
    private const uint Magic = 0xa1b2c3d4;
    private const int FileHeader = 24;
    private const int PacketHeader = 16;
    private const uint Ethernet = 1;
    private const int EthernetHeader = 14;
    private const int Ipv6Header = 40;
    private const int TcpHeader = 20;
    private const int Syn = 0x02;
    private const int Rst = 0x04;
    private const int Ack = 0x10;

    /// <summary>All handshakes that were completed, in the order in which they were.</summary>
    public static List<Handshake> ReadHandshakes(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        Assert.Equal((Magic, Ethernet), (Number(file), Number(file[20..])));
        Dictionary<(IPEndPoint Client, IPEndPoint Server), Begun> begun = [];
        List<Handshake> completed = [];
        for (ReadOnlySpan<byte> rest = file[FileHeader..]; rest.Length >= PacketHeader;)
        {
            int length = (int)Number(rest[8..]);
            Assert.True(rest.Length >= PacketHeader + length, "the capture ends within a packet");
            ReadOnlySpan<byte> packet = rest.Slice(PacketHeader, length);
            rest = rest[(PacketHeader + length)..];
            if (Segment.Read(packet) is { } segment)
            {
                Follow(segment, begun, completed);
            }
        }

        return completed;
    }

    private static void Follow(Segment segment, Dictionary<(IPEndPoint Client, IPEndPoint Server), Begun> begun, List<Handshake> completed)
    {
        switch (segment.Flags & (Syn | Rst | Ack))
        {
            case Syn when begun.TryGetValue((segment.From, segment.To), out Begun? same) && same.ClientSequence == segment.Sequence:
                // Sent again.
                break;
            case Syn:
                begun[(segment.From, segment.To)] = new() { ClientSequence = segment.Sequence };
                break;
            case Syn | Ack when begun.TryGetValue((segment.To, segment.From), out Begun? asked) && segment.Acknowledged == asked.ClientSequence + 1:
                asked.ServerSequence = segment.Sequence;
                asked.Ttls.Add(segment.Ttl);
                break;
            case Ack when begun.TryGetValue((segment.From, segment.To), out Begun? answered) && answered.Ttls.Count > 0
                && segment.Sequence == answered.ClientSequence + 1 && segment.Acknowledged == answered.ServerSequence + 1:
                begun.Remove((segment.From, segment.To));
                completed.Add(new(segment.From, segment.To, answered.Ttls[^1], segment.Ttl, answered.Ttls.Count == 1));
                break;
        }
    }

    /// <summary>The file is in the byte order of the machine that wrote it: this one.</summary>
    private static uint Number(ReadOnlySpan<byte> bytes) => BitConverter.ToUInt32(bytes);

    private sealed class Begun
    {
        public uint ClientSequence { get; init; }

        public uint ServerSequence { get; set; }

        public List<int> Ttls { get; } = [];
    }

    private readonly record struct Segment(IPEndPoint From, IPEndPoint To, int Ttl, int Flags, uint Sequence, uint Acknowledged)
    {
        private const int Ipv4 = 0x0800;
        private const int Ipv6 = 0x86dd;
        private const int Tcp = 6;

        public static Segment? Read(ReadOnlySpan<byte> packet)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(packet[12..]);
            ReadOnlySpan<byte> ip = packet[EthernetHeader..];
            return type switch
            {
                Ipv4 when ip[9] == Tcp => Read(ip[((ip[0] & 0xf) * 4)..], new(ip[12..16]), new(ip[16..20]), ip[8]),
                Ipv6 when ip[6] == Tcp => Read(ip[Ipv6Header..], new(ip[8..24]), new(ip[24..40]), ip[7]),
                _ => null,
            };
        }

        private static Segment Read(ReadOnlySpan<byte> tcp, IPAddress from, IPAddress to, int ttl)
        {
            Assert.True(tcp.Length >= TcpHeader, "a packet was cut within its headers");
            return new(
                new(from, BinaryPrimitives.ReadUInt16BigEndian(tcp)),
                new(to, BinaryPrimitives.ReadUInt16BigEndian(tcp[2..])),
                ttl,
                tcp[13],
                BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
                BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]));
        }
    }
}
