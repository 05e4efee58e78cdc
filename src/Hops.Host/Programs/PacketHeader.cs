using Ebpf.TypeInformation;
using static Hops.Host.Programs.IpHeader;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// The IP header of the packet that established a connection, in the kernel's memory: <c>ctx-&gt;skb-&gt;head + skb-&gt;network_header</c>, with the offsets
/// that the kernel's own types have. What <c>sock_ops</c> is shown of the packet begins behind it, at the TCP header.
/// </summary>
/// <remarks>
/// The bytes in front of the TCP header are no proof: options of IPv4 and extension headers of IPv6 lie there, too, and hold what their sender likes, also a
/// copy of a header. <c>bpf_probe_read_kernel</c> takes CAP_PERFMON and a licence compatible with the GPL.
/// </remarks>
/// <param name="ContextToPacket">From the program's context to the pointer to the packet.</param>
/// <param name="PacketToHead">From the packet to the pointer to its memory.</param>
/// <param name="PacketToNetworkHeader">From the packet to where in that memory its IP header begins, 16 bits.</param>
internal sealed record PacketHeader(int ContextToPacket, int PacketToHead, int PacketToNetworkHeader)
{
    // On the stack, below the record; before the header is there, what leads to it.
    private const int Header = ConnectionRecord.Size + Ipv6Length;

    // The first four bits.
    private const int Version4 = 0x40;
    private const int Version6 = 0x60;

    /// <summary>The bytes of the stack that <see cref="ReadTtl"/> needs, from r10 down, the record's among them.</summary>
    public const int Stack = Header;

    // Both lie close to each other, and are read at once.
    private int First => Math.Min(PacketToHead, PacketToNetworkHeader) & ~7;

    private int Last => Math.Max(PacketToHead + sizeof(ulong), PacketToNetworkHeader + sizeof(ushort));

    /// <exception cref="InvalidOperationException">The packet's fields lie farther apart than on any kernel that was seen.</exception>
    public static PacketHeader In(BtfTypes types)
    {
        PacketHeader header = new(
            types.OffsetOf("bpf_sock_ops_kern", "skb"), types.OffsetOf("sk_buff", "head"), types.OffsetOf("sk_buff", "network_header"));
        return header.Last - header.First <= Ipv6Length ? header : throw new InvalidOperationException("A packet's fields lie too far apart.");
    }

    /// <summary>
    /// Writes the TTL into the record at the top of the stack, which has the addresses already. It stays unknown where one of them is another.
    /// </summary>
    /// <param name="next">Where to go on, also where the TTL stays unknown.</param>
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
