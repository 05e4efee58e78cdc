namespace Ebpf.Contexts;

/// <summary>
/// Offsets into <c>struct __sk_buff</c> (<c>linux/bpf.h</c>), the context of programs that look at packets, in bytes.
/// Fields are 32 bits wide where nothing else is said. Which of them a program may read or write depends on its type.
/// </summary>
public static class SkBuff
{
    /// <summary>The packet's length in bytes, from where this program type sees it.</summary>
    public const int Length = 0;

    /// <summary>To whom the packet is addressed (<c>PACKET_HOST</c> …, <c>linux/if_packet.h</c>).</summary>
    public const int PacketType = 4;

    /// <summary>The mark that netfilter, routing and <c>SO_MARK</c> know.</summary>
    public const int Mark = 8;

    /// <summary>Which queue of the network card the packet is for, or came from.</summary>
    public const int QueueMapping = 12;

    /// <summary>The EtherType in network byte order: on a little-endian machine IPv4 is 0x0008 and IPv6 is 0xdd86.</summary>
    public const int Protocol = 16;

    /// <summary>Whether <see cref="VlanTag"/> is there.</summary>
    public const int VlanPresent = 20;

    /// <summary>The VLAN's number and priority, as the network card took them off the packet.</summary>
    public const int VlanTag = 24;

    /// <summary>The EtherType of the VLAN, in network byte order.</summary>
    public const int VlanProtocol = 28;

    /// <summary>The packet's priority (<c>SO_PRIORITY</c>).</summary>
    public const int Priority = 32;

    /// <summary>The index of the interface that the packet came in by, or 0.</summary>
    public const int IngressInterfaceIndex = 36;

    /// <summary>The index of the interface that the packet is on.</summary>
    public const int InterfaceIndex = 40;

    /// <summary>A mark that traffic control's queues and filters read.</summary>
    public const int TrafficControlIndex = 44;

    /// <summary>
    /// Five words that are the program's own (<c>cb</c>), and pass from one program to the next.
    /// They are zeros for socket filters and cgroup programs without CAP_BPF.
    /// </summary>
    public const int ControlBlock = 48;

    /// <summary>A hash of the addresses and ports, or 0.</summary>
    public const int Hash = 68;

    /// <summary>The traffic control's class.</summary>
    public const int TrafficControlClass = 72;

    /// <summary>Where the packet's bytes start, as a pointer once it is loaded. Linux 4.7; cgroup programs 5.0.</summary>
    public const int Data = 76;

    /// <summary>Where the packet's bytes end: compare before each access through <see cref="Data"/>.</summary>
    public const int DataEnd = 80;

    /// <summary>The number of the receive queue that the packet came in by, which <c>SO_INCOMING_NAPI_ID</c> tells too, or 0. Linux 4.12.</summary>
    public const int NapiId = 84;

    /// <summary>The address family (<c>AF_INET</c> 2, <c>AF_INET6</c> 10). Linux 4.14.</summary>
    public const int Family = 88;

    /// <summary>The peer's IPv4 address, in network byte order.</summary>
    public const int RemoteIp4 = 92;

    /// <summary>This host's IPv4 address, in network byte order.</summary>
    public const int LocalIp4 = 96;

    /// <summary>The peer's IPv6 address: four words in network byte order.</summary>
    public const int RemoteIp6 = 100;

    /// <summary>This host's IPv6 address: four words in network byte order.</summary>
    public const int LocalIp6 = 116;

    /// <summary>The peer's port, in network byte order.</summary>
    public const int RemotePort = 132;

    /// <summary>This host's port, in host byte order.</summary>
    public const int LocalPort = 136;

    /// <summary>Where the metadata starts that an XDP program left before the packet. Linux 4.15.</summary>
    public const int DataMeta = 140;

    /// <summary>A pointer, 64 bits wide, to the dissected flow keys, for flow dissectors.</summary>
    public const int FlowKeys = 144;

    /// <summary>The packet's time, in nanoseconds, 64 bits wide. Linux 5.0.</summary>
    public const int Timestamp = 152;

    /// <summary>The packet's length on the wire, in bytes. Linux 5.0.</summary>
    public const int WireLength = 160;

    /// <summary>In how many segments the packet will be, or was, on the wire. Linux 5.1.</summary>
    public const int SegmentCount = 164;

    /// <summary>
    /// A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>) of the packet's socket, or 0:
    /// compare it with 0 before the first load through it. Linux 5.1.
    /// </summary>
    public const int Socket = 168;

    /// <summary>How long each of the segments is, in bytes. Linux 5.7.</summary>
    public const int SegmentSize = 176;

    /// <summary>What kind of time <see cref="Timestamp"/> is, 8 bits wide. Linux 5.18.</summary>
    public const int TimestampType = 180;

    /// <summary>The time at which the network card saw the packet, in nanoseconds, 64 bits wide, or 0. Linux 5.16.</summary>
    public const int HardwareTimestamp = 184;

    /// <summary>
    /// Packet loads (<c>skb[…]</c>) from this offset on count from the network header, wherever the program's view of the packet
    /// starts (<c>SKF_NET_OFF</c>, <c>linux/filter.h</c>).
    /// </summary>
    public const int NetworkHeader = -0x100000;
}
