using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;

namespace Hops.Filters;

/// <summary>
/// The program that catches the TTL of SYN+ACKs, and the word that it leaves: <c>cookie &lt;&lt; 8 | TTL</c> in the slot <c>cookie mod 65,536</c>.
/// </summary>
/// <remarks>
/// The reading of an established socket is the TTL of a SYN+ACK that it accepted or could have accepted, or unknown (TTL 0):
/// <list type="bullet">
/// <item>Only SYN+ACKs and SYNs are looked at, so data, resets and bare acknowledgements, forged or not, leave no trace.</item>
/// <item>A SYN without ACK is the other end's when both connect to each other at once (RFC 9293, section 3.5): it stands in for the SYN+ACK, which then comes
/// when the socket is no longer looked at. Without it a forged SYN+ACK before it would be the only one.</item>
/// <item>Only while the socket is connecting, so nothing that comes later, true or forged, changes the reading or takes a slot.</item>
/// <item>One that contradicts an earlier one of the same connection turns the word to unknown.</item>
/// <item>The filter runs before the kernel takes the socket's lock, so two of them may be looked at on two processors at once. The word is therefore written by
/// compare-and-exchange, and the processor that loses the race sets it to unknown.</item>
/// <item>A slot that another socket took meanwhile shows another cookie: unknown.</item>
/// </list>
/// </remarks>
internal static class SynAckFilter
{
    public const int SlotCount = 65_536;

    /// <summary>The SHA-256 of its instructions, in which the number of the slots is zero: for slots that no other program may use.</summary>
    public const string Hash = "abeed43f53d6edc151a038a7e4d8ea232b2bf814a49b17897584e290c4118af3";

    // TCP header, RFC 9293: the flags are its 14th byte.
    private const int TcpFlags = 13;
    private const int Syn = 0x02;
    private const int Rst = 0x04;

    // The ninth byte of the IPv4 header is the TTL (RFC 791), the eighth of the IPv6 header the hop limit (RFC 8200).
    private const int Ipv4Ttl = 8;
    private const int Ipv6HopLimit = 7;

    // EtherTypes as a little-endian machine reads them from network byte order.
    private const int EtherTypeIpv4 = 0x0008;
    private const int EtherTypeIpv6 = 0xdd86;

    /// <summary>
    /// The tags of the filter: the first eight bytes of a hash of its instructions, SHA-1 on older kernels, SHA-256 on Linux 6.18. They identify the filter if
    /// another process loaded it.
    /// </summary>
    public static readonly string[] Tags = [Hash[..16], "26120629ae1d9a58"];

    public static int SlotOf(ulong cookie) => (int)(cookie % SlotCount);

    /// <summary>The TTL in a slot's word, or 0 if it is not this socket's.</summary>
    public static byte TtlOf(ulong word, ulong cookie) => word >> 8 == cookie << 8 >> 8 ? (byte)word : (byte)0;

    public static BpfCode Assemble(BpfMap<uint, ulong> slots) => Assemble(slots, Syn | Rst, Syn);

    /// <summary>The same program for other segments.</summary>
    /// <param name="slots">Where it writes to.</param>
    /// <param name="flags">Which flags it looks at.</param>
    /// <param name="wanted">Which of them a segment has whose TTL it records.</param>
    public static BpfCode Assemble(BpfMap<uint, ulong> slots, int flags, int wanted) => Assembler.Parse($"""
        // Is the socket connecting, and this a SYN+ACK, or a SYN? Packet loads want the packet in r6; the program's view of it starts at the TCP header.
                r6 = r1
                r1 = *(u64 *)(r6 + {SkBuff.Socket})
                if r1 == 0 goto keep
                r1 = *(u32 *)(r1 + {Sock.State})
                if r1 != {TcpState.SynSent} goto keep
                r0 = *(u8 *)skb[{TcpFlags}]
                r0 &= {flags}
                if r0 != {wanted} goto keep

        // r7 = its TTL
                r7 = *(u32 *)(r6 + {SkBuff.Protocol})
                if r7 == {EtherTypeIpv6} goto ipv6
                if r7 != {EtherTypeIpv4} goto keep
                r0 = *(u8 *)skb[{SkBuff.NetworkHeader} + {Ipv4Ttl}]
                goto record
        ipv6:
                r0 = *(u8 *)skb[{SkBuff.NetworkHeader} + {Ipv6HopLimit}]
        record:
                r7 = r0

        // r8 = the socket's word with TTL 0, which is unknown; r7 = its word with the TTL
                r1 = r6
                call bpf_get_socket_cookie
                r8 = r0
                r8 <<= 8
                r7 |= r8

        // r6 = the slot
                r0 &= {SlotCount - 1}
                *(u32 *)(r10 - 4) = r0
                r1 = {slots}
                r2 = r10
                r2 += -4
                call bpf_map_lookup_elem
                if r0 == 0 goto keep
                r6 = r0

        // Does it hold the same word (a retransmission), another socket's, or this socket's with another TTL?
                r0 = *(u64 *)(r6 + 0)
                if r0 == r7 goto keep
                r1 = r0
                r1 ^= r7
                r1 >>= 8
                if r1 != 0 goto write
                r7 = r8

        // Where the slot changed meanwhile, two answers raced: unknown.
        write:
                r1 = r0
                r0 = cmpxchg_64(r6 + 0, r0, r7)
                if r0 == r1 goto keep
                *(u64 *)(r6 + 0) = r8

        // Keep the whole packet.
        keep:
                r0 = -1
                exit
        """);
}
