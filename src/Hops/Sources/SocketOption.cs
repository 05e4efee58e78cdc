using System.Buffers.Binary;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Sockets;

namespace Hops.Sources;

/// <summary>
/// Measures IPv6 without eBPF: the kernel keeps the last packet that a TCP socket received in order, and returns its hop limit if that was requested before the
/// connect (<c>IPV6_RECVHOPLIMIT</c>, <c>IPV6_2292PKTOPTIONS</c>). That packet is the SYN+ACK as long as nothing else has arrived.
/// </summary>
/// <remarks>
/// Behind a SYN proxy the second packet comes from another host than the first. So the reading counts only if the kernel says afterwards that one segment has
/// arrived in all. It counts a segment before it keeps the packet: a second one cannot be kept and not counted. The price is that a server that speaks first is
/// mostly unknown.
/// <para>
/// Where the kernel kept no packet (an IPv4-mapped address, a socket that was armed late) it answers all the same, with the hop limit of the socket's own
/// multicast packets. The address and the interface that the packet came to tell the two apart: they are those of a packet, or zeros.
/// </para>
/// </remarks>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc3542.html"/>
internal sealed class SocketOption : ITtlSource
{
    public HopSource Kind => HopSource.SocketOption;

    public bool Measures(AddressFamily family) => family == AddressFamily.InterNetworkV6;

    public void Arm(Socket socket) => Set(socket, 1);

    public byte Read(Socket socket)
    {
        Span<byte> messages = stackalloc byte[256];
        int length = socket.GetRawSocketOption(LibC.SolIpv6, LibC.Ipv62292PacketOptions, messages);
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
        ControlMessages all = new(messages);
        while (all.TryNext(out int level, out int type, out ReadOnlySpan<byte> data))
        {
            switch (level, type)
            {
                case (LibC.SolIpv6, LibC.Ipv6PacketInfo) when data.Length >= 20:
                    // struct in6_pktinfo: the address that the packet came to, and the interface.
                    isOfPacket = data[..16].ContainsAnyExcept((byte)0) && data[16..20].ContainsAnyExcept((byte)0);
                    break;
                case (LibC.SolIpv6, LibC.Ipv6HopLimit) when data.Length >= 4:
                    hopLimit = BinaryPrimitives.ReadInt32LittleEndian(data);
                    break;
            }
        }

        return !all.IsBroken && isOfPacket && hopLimit is > 0 and <= byte.MaxValue ? (byte)hopLimit : (byte)0;
    }

    private static void Set(Socket socket, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        socket.SetRawSocketOption(LibC.SolIpv6, LibC.Ipv6ReceivePacketInfo, bytes);
        socket.SetRawSocketOption(LibC.SolIpv6, LibC.Ipv6ReceiveHopLimit, bytes);
    }
}
