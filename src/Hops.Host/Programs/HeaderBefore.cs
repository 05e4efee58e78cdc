using Ebpf.Contexts;

namespace Hops.Host.Programs;

/// <summary>
/// The TTL of the packet that established a connection, read from where its IP header still lies: directly in front of the TCP header, to which
/// <c>sock_ops</c> is pointed. The kernel does not promise it, so what is read must prove to be that header.
/// </summary>
/// <remarks>
/// Certified are the version, the length of 20 bytes (IPv4), the protocol, and both addresses, which must be the connection's. Options of IPv4 and extension
/// headers of IPv6 leave the TTL unknown. <c>bpf_probe_read_kernel</c> takes CAP_PERFMON and a licence compatible with the GPL; it needs no BTF.
/// </remarks>
internal static class HeaderBefore
{
    private const int Length = 40;

    // Where IPv4's 20 bytes begin in what was read.
    private const int Ipv4 = 20;

    // RFC 791.
    private const int VersionAndLength = 0x45;
    private const int Ipv4Ttl = Ipv4 + 8;
    private const int Ipv4Protocol = Ipv4 + 9;
    private const int Ipv4Source = Ipv4 + 12;
    private const int Ipv4Destination = Ipv4 + 16;

    // RFC 8200.
    private const int Version6 = 0x60;
    private const int NextHeader = 6;
    private const int HopLimit = 7;
    private const int Ipv6Source = 8;
    private const int Ipv6Destination = 24;

    private const int MappedWord = unchecked((int)0xffff0000);

    /// <summary>Writes the TTL into the record, which has the addresses already.</summary>
    /// <param name="record">Where the record lies, below r10.</param>
    /// <param name="header">Where 40 bytes are free, below r10.</param>
    /// <param name="next">Where to go on, also where the TTL stays unknown.</param>
    public static string ReadTtl(int record, int header, string next) => $"""
                    r3 = *(u64 *)(r6 + {SockOps.PacketData})
                    if r3 == 0 goto {next}
                    r3 += -{Length}
                    r1 = r10
                    r1 += -{header}
                    r2 = {Length}
                    call bpf_probe_read_kernel
                    if r0 != 0 goto {next}
                    r1 = *(u64 *)(r10 - {record - WatchRecord.RemoteOffset})
                    if r1 != 0 goto header6
                    w1 = *(u32 *)(r10 - {record - WatchRecord.RemoteOffset - 8})
                    if w1 != {MappedWord} goto header6
                    r1 = *(u8 *)(r10 - {header - Ipv4})
                    if r1 != {VersionAndLength} goto {next}
                    r1 = *(u8 *)(r10 - {header - Ipv4Protocol})
                    if r1 != {IpProtocol.Tcp} goto {next}
                    r1 = *(u32 *)(r10 - {header - Ipv4Source})
                    r2 = *(u32 *)(r10 - {record - WatchRecord.RemoteOffset - 12})
                    if r1 != r2 goto {next}
                    r1 = *(u32 *)(r10 - {header - Ipv4Destination})
                    r2 = *(u32 *)(r10 - {record - WatchRecord.LocalOffset - 12})
                    if r1 != r2 goto {next}
                    r1 = *(u8 *)(r10 - {header - Ipv4Ttl})
                    *(u8 *)(r10 - {record - WatchRecord.TtlOffset}) = r1
                    goto {next}
            header6:
                    r1 = *(u8 *)(r10 - {header})
                    r1 &= 0xf0
                    if r1 != {Version6} goto {next}
                    r1 = *(u8 *)(r10 - {header - NextHeader})
                    if r1 != {IpProtocol.Tcp} goto {next}
            {SameAs(header - Ipv6Source, record - WatchRecord.RemoteOffset, next)}
            {SameAs(header - Ipv6Destination, record - WatchRecord.LocalOffset, next)}
                    r1 = *(u8 *)(r10 - {header - HopLimit})
                    *(u8 *)(r10 - {record - WatchRecord.TtlOffset}) = r1
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
