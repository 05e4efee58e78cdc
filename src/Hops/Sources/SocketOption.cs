using System.Buffers.Binary;
using System.Net.Sockets;

namespace Hops.Sources;

/// <summary>
/// IPv6 without eBPF: the kernel keeps the last packet that a TCP socket received in order, and tells its hop limit to whoever asked for that before the connect
/// (<c>IPV6_RECVHOPLIMIT</c>, <c>IPV6_2292PKTOPTIONS</c>). That packet is the SYN+ACK as long as nothing else has arrived.
/// </summary>
/// <remarks>
/// Behind a SYN proxy the second packet comes from another host than the first. So the reading counts only if the kernel says afterwards that one segment has
/// arrived in all. It counts a segment before it keeps the packet: a second one cannot be kept and not counted. The price is that a server that speaks first
/// is mostly unknown.
/// <para>
/// Where the kernel kept no packet (an IPv4-mapped address, a socket that was armed late) it answers all the same, with the hop limit of the socket's own multicast
/// packets. The address and the interface that the packet came to tell the two apart: they are those of a packet, or zeros.
/// </para>
/// </remarks>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc3542.html"/>
internal sealed class SocketOption : ITtlSource
{
    // linux/in6.h
    private const int SolIpv6 = 41;
    private const int Ipv62292PacketOptions = 6;
    private const int Ipv6ReceivePacketInfo = 49;
    private const int Ipv6PacketInfo = 50;
    private const int Ipv6ReceiveHopLimit = 51;
    private const int Ipv6HopLimit = 52;

    // struct cmsghdr of 64-bit Linux: a length of 8 bytes, then two numbers of 4; data and the next header are aligned to 8.
    private const int HeaderSize = 16;

    public HopSource Kind => HopSource.SocketOption;

    public bool Measures(AddressFamily family) => family == AddressFamily.InterNetworkV6;

    public void Arm(Socket socket) => Set(socket, 1);

    public byte Read(Socket socket)
    {
        Span<byte> messages = stackalloc byte[256];
        int length = socket.GetRawSocketOption(SolIpv6, Ipv62292PacketOptions, messages);
        byte hopLimit = HopLimitOf(messages[..length]);
        // In this order: what arrives in between is counted.
        return hopLimit != 0 && TcpInfo.HasReceivedOneSegment(socket) ? hopLimit : (byte)0;
    }

    public void Disarm(Socket socket) => Set(socket, 0);

    /// <returns>The hop limit that control messages tell, or 0 where they are not of a packet, or make no sense.</returns>
    internal static byte HopLimitOf(ReadOnlySpan<byte> messages)
    {
        int hopLimit = 0;
        bool isOfPacket = false;
        while (messages.Length >= HeaderSize)
        {
            long length = BinaryPrimitives.ReadInt64LittleEndian(messages);
            if (length < HeaderSize || length > messages.Length)
            {
                return 0;
            }

            ReadOnlySpan<byte> data = messages[HeaderSize..(int)length];
            bool isIpv6 = BinaryPrimitives.ReadInt32LittleEndian(messages[8..]) == SolIpv6;
            switch (BinaryPrimitives.ReadInt32LittleEndian(messages[12..]))
            {
                case Ipv6PacketInfo when isIpv6 && data.Length >= 20:
                    // struct in6_pktinfo: the address that the packet came to, and the interface.
                    isOfPacket = data[..16].ContainsAnyExcept((byte)0) && data[16..20].ContainsAnyExcept((byte)0);
                    break;
                case Ipv6HopLimit when isIpv6 && data.Length >= 4:
                    hopLimit = BinaryPrimitives.ReadInt32LittleEndian(data);
                    break;
            }

            messages = messages[Math.Min(messages.Length, ((int)length + 7) & ~7)..];
        }

        return isOfPacket && hopLimit is > 0 and <= byte.MaxValue ? (byte)hopLimit : (byte)0;
    }

    private static void Set(Socket socket, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        socket.SetRawSocketOption(SolIpv6, Ipv6ReceivePacketInfo, bytes);
        socket.SetRawSocketOption(SolIpv6, Ipv6ReceiveHopLimit, bytes);
    }
}
