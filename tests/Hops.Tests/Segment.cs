using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Tests;

/// <summary>TCP segments made by hand, with their IP header, and the raw socket that sends them.</summary>
internal static class Segment
{
    public const byte Syn = 0x02;
    public const byte Rst = 0x04;
    public const byte Psh = 0x08;
    public const byte Ack = 0x10;

    private const int TcpHeader = 20;

    /// <summary>A socket that sends what it is given, IP header and all.</summary>
    public static Socket NewSender(NetworkNamespace at, AddressFamily family) => at.Run(() =>
    {
        Socket socket = new(family, SocketType.Raw, ProtocolType.Raw);
        if (family == AddressFamily.InterNetwork)
        {
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        }

        return socket;
    });

    public static byte[] Make(IPEndPoint from, IPEndPoint to, byte flags, uint sequence, uint acknowledgement, byte ttl, byte[]? payload = null)
    {
        payload ??= [];
        byte[] source = from.Address.GetAddressBytes();
        byte[] destination = to.Address.GetAddressBytes();
        byte[] tcp = new byte[TcpHeader + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), (ushort)to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), acknowledgement);
        tcp[12] = TcpHeader / 4 << 4;
        tcp[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(14), 65_000);
        payload.CopyTo(tcp, TcpHeader);
        // The checksum also covers addresses, protocol and length (RFC 9293, section 3.1; RFC 8200, section 8.1).
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(16), Checksum([.. source, .. destination, 0, 6, (byte)(tcp.Length >> 8), (byte)tcp.Length, .. tcp]));
        return [.. source.Length == 4 ? Ipv4Header(source, destination, tcp.Length, ttl) : Ipv6Header(source, destination, tcp.Length, ttl), .. tcp];
    }

    // The kernel fills in the length, the identification and the checksum (raw(7)).
    private static byte[] Ipv4Header(byte[] source, byte[] destination, int length, byte ttl) =>
        [0x45, 0, (byte)((20 + length) >> 8), (byte)(20 + length), 0, 0, 0, 0, ttl, 6, 0, 0, .. source, .. destination];

    private static byte[] Ipv6Header(byte[] source, byte[] destination, int length, byte ttl) =>
        [0x60, 0, 0, 0, (byte)(length >> 8), (byte)length, 6, ttl, .. source, .. destination];

    private static ushort Checksum(byte[] data)
    {
        uint sum = 0;
        for (int i = 0; i < data.Length; i += 2)
        {
            sum += (uint)(data[i] << 8) | (i + 1 < data.Length ? data[i + 1] : 0u);
        }

        while (sum > 0xffff)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
