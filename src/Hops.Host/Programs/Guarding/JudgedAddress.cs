using Ebpf.Contexts;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs.Guarding;

/// <summary>
/// Represents an address on the stack that a program judges: 16 bytes, IPv4 as ::ffff:192.0.2.1. Address forms that are not in the tables of
/// <see cref="GuardMaps"/> are judged by code: see <c>VerdictTable</c>.
/// </summary>
/// <param name="At">The position of the address: that many bytes below r10, a multiple of eight.</param>
/// <param name="Key">24 free bytes below r10, a multiple of eight.</param>
internal sealed record JudgedAddress(int At, int Key)
{
    /// <summary>The bits of a verdict with a <see cref="HostGuardReason"/>, or 0.</summary>
    public const int Reason = 0xff;

    /// <summary>The first bit of the minimum distance in a verdict; the distance is 0 if it does not matter.</summary>
    public const int MinimumShift = 8;

    // Greater than any distance.
    private const int NoDistance = 0xff << MinimumShift;

    // AF_INET6.
    public const int Ipv6Family = 10;

    // As a little-endian machine reads network byte order: the first words of 2001::/32 and 64:ff9b:1::/48, and 64:ff9b:1's second;
    // ISATAP's third word; ::1's last.
    private const int Teredo = 0x00000120;
    private const int LocalUse = unchecked((int)0x9bff6400);
    private const int LocalUseSecond = 0x0100;
    private const int Isatap = unchecked((int)0xfe5e0000);
    private const int IsatapGlobal = 0x00000002;
    private const int Loopback6 = 0x01000000;
    private const int Loopback4 = 127;

    /// <summary>Writes an IPv4 address that is in r1, in network byte order.</summary>
    public string SetIpv4() => $"""
                    *(u64 *)(r10 - {At}) = 0
                    *(u32 *)(r10 - {At - 8}) = {MappedWord}
                    *(u32 *)(r10 - {At - 12}) = r1
            """;

    /// <summary>Writes the IPv6 address at an offset from a register. Uses r1.</summary>
    public string SetIpv6(string register, int distance) => string.Join(
        '\n', Enumerable.Range(0, 4).Select(i => $"r1 = *(u32 *)({register} + {distance + (4 * i)})\n*(u32 *)(r10 - {At - (4 * i)}) = r1"));

    /// <summary>
    /// Begins a program for packets (<c>CGROUP_SKB</c>): puts the packet's socket into r7, and writes the address of its remote end. Uses r0 to r5.
    /// </summary>
    /// <param name="otherwise">The label to continue at without a full socket.</param>
    /// <param name="first">Code to run before, with the socket in r1.</param>
    public string SetFromPacket(string otherwise, string first = "") => $"""
                    r6 = r1
                    r9 = 0
                    r1 = *(u64 *)(r6 + {SkBuff.Socket})
                    if r1 == 0 goto {otherwise}
            {first}
                    call bpf_sk_fullsock
                    if r0 == 0 goto {otherwise}
                    r7 = r0
                    r1 = *(u32 *)(r7 + {Sock.Family})
                    if r1 == {Ipv6Family} goto socket_ipv6
                    r1 = *(u32 *)(r7 + {Sock.DestinationIp4})
            {SetIpv4()}
                    goto socket_address
            socket_ipv6:
            {SetIpv6("r7", Sock.DestinationIp6)}
            socket_address:
            """;

    /// <summary>Jumps to a label if it is a loopback address. Uses r1 and r2.</summary>
    public string IfLoopback(string then) => $"""
                    r1 = *(u64 *)(r10 - {At})
                    if r1 != 0 goto not_loopback
                    r1 = *(u32 *)(r10 - {At - 8})
                    r2 = *(u32 *)(r10 - {At - 12})
                    if r1 == 0 goto loopback_ipv6
                    if w1 != {MappedWord} goto not_loopback
                    r2 &= 0xff
                    if r2 == {Loopback4} goto {then}
                    goto not_loopback
            loopback_ipv6:
                    if w2 == {Loopback6} goto {then}
            not_loopback:
            """;

    /// <summary>Jumps to a label if it is the address of a resolver. Uses r0 to r5.</summary>
    public string IfResolver(string then) => $"""
                    r1 = map[resolvers]
                    r2 = r10
                    r2 += -{At}
                    call bpf_map_lookup_elem
                    if r0 != 0 goto {then}
            """;

    /// <summary>Judges it: the verdict is in r0. Uses r0 to r5 and r8.</summary>
    public string Judge() => $"""
                    r1 = *(u64 *)(r10 - {At})
                    if r1 != 0 goto judge_ipv6
                    r1 = *(u32 *)(r10 - {At - 8})
                    if w1 != {MappedWord} goto judge_ipv6
            {LookUpLast("judge_failed")}
                    goto judged
            judge_ipv6:
                    *(u32 *)(r10 - {Key}) = 128
                    r1 = *(u32 *)(r10 - {At})
                    *(u32 *)(r10 - {Key - 4}) = r1
                    if w1 == {Teredo} goto judge_failed
                    r2 = *(u32 *)(r10 - {At - 4})
                    *(u32 *)(r10 - {Key - 8}) = r2
                    if w1 != {LocalUse} goto not_local_use
                    r2 &= 0xffff
                    if r2 == {LocalUseSecond} goto judge_failed
            not_local_use:
                    r1 = *(u32 *)(r10 - {At - 8})
                    *(u32 *)(r10 - {Key - 12}) = r1
                    r1 = *(u32 *)(r10 - {At - 12})
                    *(u32 *)(r10 - {Key - 16}) = r1
                    r1 = map[networks6]
                    r2 = r10
                    r2 += -{Key}
                    call bpf_map_lookup_elem
                    if r0 == 0 goto judge_failed
                    r0 = *(u16 *)(r0 + 0)
                    r8 = r0
                    r8 &= {Reason}
                    if r8 != 0 goto judged
                    r1 = *(u32 *)(r10 - {At - 8})
                    r1 |= {IsatapGlobal}
                    if w1 != {Isatap | IsatapGlobal} goto judged
                    r8 = r0
            {LookUpLast("judge_failed")}
                    r0 &= {Reason}
                    r0 |= r8
                    goto judged
            judge_failed:
                    r0 = {(int)HostGuardReason.SpecialPurpose | NoDistance}
            judged:
            """;

    /// <summary>Jumps to a label if the verdict in r0 refuses the address; the reason is in r8 then.</summary>
    public static string IfRefused(string then) => $"""
                    r8 = r0
                    r8 &= {Reason}
                    if r8 != 0 goto {then}
            """;

    /// <summary>Judges the address and a port, and continues if both are allowed. Uses r0 to r5 and r8.</summary>
    /// <param name="port">Code that puts the port into r1, in host byte order.</param>
    /// <param name="somePorts">Whether only the ports of the map are allowed.</param>
    /// <param name="refuse">The label to jump to otherwise, with the reason in r8.</param>
    public string JudgeWithPort(string port, bool somePorts, string refuse) => $"""
            {Judge()}
            {IfRefused(refuse)}
            {(somePorts ? $"""
                    {port}
                    *(u64 *)(r10 - {Key}) = r1
                    r1 = map[ports]
                    r2 = r10
                    r2 += -{Key}
                    call bpf_map_lookup_elem
                    r8 = {(int)HostGuardReason.Port}
                    if r0 == 0 goto {refuse}
            """ : "")}
            """;

    /// <summary>Judges the last word as an IPv4 address.</summary>
    private string LookUpLast(string failed) => $"""
                    *(u32 *)(r10 - {Key}) = 32
                    r1 = *(u32 *)(r10 - {At - 12})
                    *(u32 *)(r10 - {Key - 4}) = r1
                    r1 = map[networks4]
                    r2 = r10
                    r2 += -{Key}
                    call bpf_map_lookup_elem
                    if r0 == 0 goto {failed}
                    r0 = *(u16 *)(r0 + 0)
            """;
}
