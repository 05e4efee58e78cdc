namespace Ebpf.Contexts;

/// <summary>
/// Defines the offsets of fields in <c>struct __sk_buff</c> (<c>linux/bpf.h</c>), the context of programs that process packets, in bytes. Fields are 32 bits
/// wide unless noted. The type of the program determines which fields it may read or write.
/// </summary>
public static class SkBuff
{
    /// <summary>The packet's length in bytes, counted from the first header that this program type sees.</summary>
    public const int Length = 0;

    /// <summary>The packet's destination: this host, another host, broadcast, … (<c>PACKET_HOST</c> …, <c>linux/if_packet.h</c>).</summary>
    public const int PacketType = 4;

    /// <summary>The packet's mark, which netfilter, routing and <c>SO_MARK</c> use.</summary>
    public const int Mark = 8;

    /// <summary>The queue of the network card that the packet is for, or came from.</summary>
    public const int QueueMapping = 12;

    /// <summary>The EtherType in network byte order: on a little-endian machine IPv4 is 0x0008 and IPv6 is 0xdd86.</summary>
    public const int Protocol = 16;

    /// <summary>1 if <see cref="VlanTag"/> has a value; otherwise 0.</summary>
    public const int VlanPresent = 20;

    /// <summary>The VLAN's number and priority, which the network card removed from the packet.</summary>
    public const int VlanTag = 24;

    /// <summary>The EtherType of the VLAN, in network byte order.</summary>
    public const int VlanProtocol = 28;

    /// <summary>The packet's priority (<c>SO_PRIORITY</c>).</summary>
    public const int Priority = 32;

    /// <summary>The index of the interface that received the packet, or 0.</summary>
    public const int IngressInterfaceIndex = 36;

    /// <summary>The index of the interface that the packet is on.</summary>
    public const int InterfaceIndex = 40;

    /// <summary>A number that queues and filters of traffic control read (<c>tc_index</c>).</summary>
    public const int TrafficControlIndex = 44;

    /// <summary>
    /// Five words for the program's own use (<c>cb</c>), which pass from one program to the next. They are zero for socket filters and cgroup programs without
    /// CAP_BPF.
    /// </summary>
    public const int ControlBlock = 48;

    /// <summary>A hash of the addresses and ports, or 0.</summary>
    public const int Hash = 68;

    /// <summary>The class of traffic control (<c>tc_classid</c>).</summary>
    public const int TrafficControlClass = 72;

    /// <summary>The start of the packet's bytes. A 32-bit load gives a pointer. Linux 4.7; cgroup programs 5.0.</summary>
    public const int Data = 76;

    /// <summary>The end of the packet's bytes, as a pointer. The verifier requires a comparison with it before an access through <see cref="Data"/>.</summary>
    public const int DataEnd = 80;

    /// <summary>The NAPI id of the receive queue that the packet came from (as <c>SO_INCOMING_NAPI_ID</c>), or 0. Linux 4.12.</summary>
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

    /// <summary>The start of the metadata that an XDP program stored in front of the packet. Linux 4.15.</summary>
    public const int DataMeta = 140;

    /// <summary>A pointer, 64 bits wide, to the dissected flow keys, for flow dissectors.</summary>
    public const int FlowKeys = 144;

    /// <summary>The packet's time, in nanoseconds, 64 bits wide. Linux 5.0.</summary>
    public const int Timestamp = 152;

    /// <summary>The packet's length on the wire, in bytes. Linux 5.0.</summary>
    public const int WireLength = 160;

    /// <summary>The number of segments in which the packet is sent, or was received. Linux 5.1.</summary>
    public const int SegmentCount = 164;

    /// <summary>
    /// A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>) of the packet's socket, or 0. The verifier requires a comparison with 0
    /// before the first load through it. Linux 5.1.
    /// </summary>
    public const int Socket = 168;

    /// <summary>The length of each segment, in bytes. Linux 5.7.</summary>
    public const int SegmentSize = 176;

    /// <summary>The clock of <see cref="Timestamp"/>, 8 bits wide. Linux 5.18.</summary>
    public const int TimestampType = 180;

    /// <summary>The network card's timestamp of the packet, in nanoseconds, 64 bits wide, or 0. Linux 5.16.</summary>
    public const int HardwareTimestamp = 184;

    /// <summary>
    /// The base of offsets that packet loads (<c>skb[…]</c>) count from the network header, independent of where the program's view of the packet starts
    /// (<c>SKF_NET_OFF</c>, <c>linux/filter.h</c>).
    /// </summary>
    public const int NetworkHeader = -0x100000;
}
