using System.Buffers.Binary;
using System.Net;

namespace Hops.Host.Tests.Capturing;

/// <summary>A segment of TCP, as it was on the wire.</summary>
/// <param name="From">Who sent it.</param>
/// <param name="To">To whom.</param>
/// <param name="Ttl">Or the hop limit.</param>
/// <param name="Flags">Of TCP.</param>
/// <param name="Sequence">The sequence number.</param>
/// <param name="Acknowledged">The acknowledgement number.</param>
/// <param name="PayloadLength">How many bytes of data.</param>
internal readonly record struct CapturedSegment(
    IPEndPoint From, IPEndPoint To, int Ttl, int Flags, uint Sequence, uint Acknowledged, int PayloadLength)
{
    public const int Syn = 0x02;
    public const int Rst = 0x04;
    public const int Ack = 0x10;

    private const int EthernetHeader = 14;
    private const int Ipv6Header = 40;
    private const int TcpHeader = 20;
    private const int Ipv4 = 0x0800;
    private const int Ipv6 = 0x86dd;
    private const int Tcp = 6;

    /// <summary>Reads an Ethernet frame; null if it is not TCP.</summary>
    public static CapturedSegment? Read(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> ip = frame[EthernetHeader..];
        switch (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]))
        {
            case Ipv4 when ip[9] == Tcp:
                int header = (ip[0] & 0xf) * 4;
                return Read(ip[header..], new(ip[12..16]), new(ip[16..20]), ip[8], BinaryPrimitives.ReadUInt16BigEndian(ip[2..]) - header);
            case Ipv6 when ip[6] == Tcp:
                return Read(ip[Ipv6Header..], new(ip[8..24]), new(ip[24..40]), ip[7], BinaryPrimitives.ReadUInt16BigEndian(ip[4..]));
            default:
                return null;
        }
    }

    private static CapturedSegment Read(ReadOnlySpan<byte> tcp, IPAddress from, IPAddress to, int ttl, int length)
    {
        Assert.True(tcp.Length >= TcpHeader, "a packet was cut within its headers");
        return new(
            new(from, BinaryPrimitives.ReadUInt16BigEndian(tcp)),
            new(to, BinaryPrimitives.ReadUInt16BigEndian(tcp[2..])),
            ttl,
            tcp[13],
            BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            length - (tcp[12] >> 4 << 2));
    }
}
