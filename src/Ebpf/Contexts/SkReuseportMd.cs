namespace Ebpf.Contexts;

/// <summary>
/// Defines the offsets of fields in <c>struct sk_reuseport_md</c> (<c>linux/bpf.h</c>), the context of <see cref="Programs.BpfProgramType.SkReuseport"/>
/// programs, in bytes. Fields are 32 bits wide unless noted. Linux 4.19.
/// </summary>
public static class SkReuseportMd
{
    /// <summary>A pointer, 64 bits wide, to the packet's TCP or UDP header.</summary>
    public const int Data = 0;

    /// <summary>
    /// A pointer, 64 bits wide, to the end of the bytes that can be read directly. The verifier requires a comparison with it before an access through
    /// <see cref="Data"/>.
    /// </summary>
    public const int DataEnd = 8;

    /// <summary>
    /// The packet's length from the TCP or UDP header on, in bytes. The helper <c>bpf_skb_load_bytes</c> reads the bytes behind <see cref="DataEnd"/>.
    /// </summary>
    public const int Length = 16;

    /// <summary>The EtherType in network byte order: on a little-endian machine IPv4 is 0x0008 and IPv6 is 0xdd86.</summary>
    public const int EthernetProtocol = 20;

    /// <summary>The protocol (<c>IPPROTO_TCP</c> 6, <c>IPPROTO_UDP</c> 17).</summary>
    public const int IpProtocol = 24;

    /// <summary>1 if the sockets are bound to all addresses; otherwise 0.</summary>
    public const int BoundToAny = 28;

    /// <summary>A hash of addresses and ports.</summary>
    public const int Hash = 32;

    /// <summary>A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>) of one of the sockets. Linux 5.14.</summary>
    public const int Socket = 40;

    /// <summary>
    /// A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>) of the connection whose listener was closed, or 0 for a new connection.
    /// Linux 5.14.
    /// </summary>
    public const int MigratingSocket = 48;
}
