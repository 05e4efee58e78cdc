namespace Ebpf.Programs;

/// <summary>
/// Offsets into <c>struct __sk_buff</c> (<c>linux/bpf.h</c>), the context of programs that look at packets, in bytes.
/// Fields are 32 bits wide where nothing else is said.
/// </summary>
public static class SkBuff
{
    /// <summary>The packet's length in bytes, from where this program type sees it.</summary>
    public const int Length = 0;

    /// <summary>To whom the packet is addressed (<c>PACKET_HOST</c> …, <c>linux/if_packet.h</c>).</summary>
    public const int PacketType = 4;

    /// <summary>The EtherType in network byte order: on a little-endian machine IPv4 is 0x0008 and IPv6 is 0xdd86.</summary>
    public const int Protocol = 16;

    /// <summary>
    /// A pointer, 64 bits wide, to the <c>struct bpf_sock</c> of the packet's socket, or 0: compare it with 0 before the first load through it. Linux 5.1.
    /// </summary>
    public const int Socket = 168;

    /// <summary>
    /// Packet loads (<c>skb[…]</c>) from this offset on count from the network header, wherever the program's view of the packet
    /// starts (<c>SKF_NET_OFF</c>, <c>linux/filter.h</c>).
    /// </summary>
    public const int NetworkHeader = -0x100000;
}
