using Ebpf.TypeInformation;
using static Hops.Host.Programs.IpHeader;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// Reads the IP header of the packet that established a connection from the kernel's memory: <c>ctx-&gt;skb-&gt;head + skb-&gt;network_header</c>, with the
/// offsets of the kernel's type information. The packet data that <c>sock_ops</c> sees begins after it, at the TCP header.
/// </summary>
/// <remarks>
/// The bytes before the TCP header cannot be used instead: they may be IPv4 options or IPv6 extension headers, in which the sender can put anything, such as a
/// copy of a header. <c>bpf_probe_read_kernel</c> needs CAP_PERFMON and a licence compatible with the GPL.
/// </remarks>
/// <param name="ContextToPacket">The offset from the program's context to the pointer to the packet.</param>
/// <param name="PacketToHead">The offset from the packet to the pointer to its memory.</param>
/// <param name="PacketToNetworkHeader">The offset from the packet to the position of its IP header in that memory, 16 bits.</param>
internal sealed record PacketHeader(int ContextToPacket, int PacketToHead, int PacketToNetworkHeader)
{
    // On the stack, below the record: the pointers to the header, and then the header.
    private const int Header = ConnectionRecord.Size + Ipv6Length;

    // The first four bits.
    private const int Version4 = 0x40;
    private const int Version6 = 0x60;

    /// <summary>The bytes of the stack that <see cref="ReadTtl"/> needs, from r10 down, the record's among them.</summary>
    public const int Stack = Header;

    // Both are close to each other, and are read at once.
    private int First => Math.Min(PacketToHead, PacketToNetworkHeader) & ~7;

    private int Last => Math.Max(PacketToHead + sizeof(ulong), PacketToNetworkHeader + sizeof(ushort));

    /// <exception cref="InvalidOperationException">The packet's fields are farther apart than on any known kernel.</exception>
    public static PacketHeader In(BtfTypes types)
    {
        PacketHeader header = new(
            types.OffsetOf("bpf_sock_ops_kern", "skb"), types.OffsetOf("sk_buff", "head"), types.OffsetOf("sk_buff", "network_header"));
        return header.Last - header.First <= Ipv6Length ? header : throw new InvalidOperationException("A packet's fields lie too far apart.");
    }

    /// <summary>
    /// Writes the TTL into the record at the top of the stack, which has the addresses already. The TTL stays unknown if the header has other addresses.
    /// </summary>
    /// <param name="next">The label to continue at, also if the TTL stays unknown.</param>
    public string ReadTtl(string next) => $"""
                    r3 = r6
                    r3 += {ContextToPacket}
            {ReadKernel(Header, 8, next)}
                    r3 = *(u64 *)(r10 - {Header})
                    if r3 == 0 goto {next}
                    r3 += {First}
            {ReadKernel(Header, Last - First, next)}
                    r3 = *(u64 *)(r10 - {Header - PacketToHead + First})
                    r1 = *(u16 *)(r10 - {Header - PacketToNetworkHeader + First})
                    r3 += r1
            {ReadKernel(Header, Ipv6Length, next)}
                    r1 = *(u8 *)(r10 - {Header})
                    r1 &= 0xf0
                    if r1 == {Version6} goto version6
                    if r1 != {Version4} goto {next}
                    r1 = *(u8 *)(r10 - {Header - Ipv4Protocol})
                    if r1 != {IpProtocol.Tcp} goto {next}
                    r1 = *(u32 *)(r10 - {Header - Ipv4Source})
                    r2 = *(u32 *)(r10 - {At(ConnectionRecord.RemoteOffset + 12)})
                    if r1 != r2 goto {next}
                    r1 = *(u32 *)(r10 - {Header - Ipv4Destination})
                    r2 = *(u32 *)(r10 - {At(ConnectionRecord.LocalOffset + 12)})
                    if r1 != r2 goto {next}
                    r1 = *(u8 *)(r10 - {Header - Ipv4Ttl})
                    *(u8 *)(r10 - {At(ConnectionRecord.TtlOffset)}) = r1
                    goto {next}
            version6:
            {SameAs(Header - Ipv6Source, At(ConnectionRecord.RemoteOffset), next)}
            {SameAs(Header - Ipv6Destination, At(ConnectionRecord.LocalOffset), next)}
                    r1 = *(u8 *)(r10 - {Header - HopLimit})
                    *(u8 *)(r10 - {At(ConnectionRecord.TtlOffset)}) = r1
            """;

    private static string SameAs(int one, int other, string otherwise) => $"""
                    r1 = *(u64 *)(r10 - {one})
                    r2 = *(u64 *)(r10 - {other})
                    if r1 != r2 goto {otherwise}
                    r1 = *(u64 *)(r10 - {one - 8})
                    r2 = *(u64 *)(r10 - {other - 8})
                    if r1 != r2 goto {otherwise}
            """;
}
