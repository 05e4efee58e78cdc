using Ebpf.Contexts;
using static Hops.Host.Programs.IpHeader;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>Reads the headers of an incoming packet onto the stack, in programs for packets (<c>CGROUP_SKB</c>).</summary>
/// <param name="Top">The number of bytes from r10 down to the place for the headers.</param>
internal sealed record IncomingPacket(int Top)
{
    // RFC 9293, section 3.1.
    public const int Ports = 0;
    public const int Sequence = 4;
    public const int Acknowledgement = 8;
    public const int Flags = 13;
    public const int Syn = 0x02;
    public const int Rst = 0x04;
    public const int Ack = 0x10;

    /// <summary>The number of bytes of the TCP header that are read.</summary>
    private const int TcpLength = 16;

    /// <summary>The bytes of the stack from r10 down to the end of the headers.</summary>
    public int Stack => Tcp;

    private int Header => Top + Ipv6Length;

    private int Tcp => Header + TcpLength;

    /// <summary>Returns how many bytes below r10 a field of the TCP header is.</summary>
    public int AtTcp(int field) => Tcp - field;

    /// <summary>Reads the headers of the packet whose context is in r6; the received TTL is in r9 then. Uses r0 to r5.</summary>
    /// <param name="otherwise">The label to continue at for a packet that is not TCP, or has extension headers before its TCP header.</param>
    public string Read(string otherwise) => $"""
                    r1 = r6
                    r2 = 0
                    r3 = r10
                    r3 += -{Header}
                    r4 = {Ipv6Length}
                    call bpf_skb_load_bytes
                    if r0 != 0 goto {otherwise}
                    r1 = *(u32 *)(r6 + {SkBuff.Protocol})
                    if r1 == {EtherTypeIpv6} goto ipv6
                    if r1 != {EtherTypeIpv4} goto {otherwise}
                    r1 = *(u8 *)(r10 - {Header - Ipv4Protocol})
                    if r1 != {IpProtocol.Tcp} goto {otherwise}
                    r9 = *(u8 *)(r10 - {Header - Ipv4Ttl})
                    r2 = *(u8 *)(r10 - {Header})
                    r2 &= 0xf
                    r2 <<= 2
                    goto tcp
            ipv6:
                    r1 = *(u8 *)(r10 - {Header - NextHeader})
                    if r1 != {IpProtocol.Tcp} goto {otherwise}
                    r9 = *(u8 *)(r10 - {Header - HopLimit})
                    r2 = {Ipv6Length}
            tcp:
                    r1 = r6
                    r3 = r10
                    r3 += -{Tcp}
                    r4 = {TcpLength}
                    call bpf_skb_load_bytes
                    if r0 != 0 goto {otherwise}
            """;

    /// <summary>Copies both addresses to where the register points, with IPv4 as ::ffff:192.0.2.1.</summary>
    public string CopyAddresses(string register, int remote, int local) => $"""
                    r1 = *(u32 *)(r6 + {SkBuff.Protocol})
                    if r1 == {EtherTypeIpv6} goto addresses6
            {CopyMapped(Ipv4Source, register, remote)}
            {CopyMapped(Ipv4Destination, register, local)}
                    goto addresses
            addresses6:
            {Copy(Ipv6Source, register, remote)}
            {Copy(Ipv6Destination, register, local)}
            addresses:
            """;

    private string CopyMapped(int field, string register, int to) => $"""
                    *(u64 *)({register} + {to}) = 0
                    *(u32 *)({register} + {to + 8}) = {MappedWord}
                    r1 = *(u32 *)(r10 - {Header - field})
                    *(u32 *)({register} + {to + 12}) = r1
            """;

    private string Copy(int field, string register, int to) => $"""
                    r1 = *(u64 *)(r10 - {Header - field})
                    *(u64 *)({register} + {to}) = r1
                    r1 = *(u64 *)(r10 - {Header - field - 8})
                    *(u64 *)({register} + {to + 8}) = r1
            """;
}
