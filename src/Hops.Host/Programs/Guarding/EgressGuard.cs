using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Notation;
using Hops.Guard.Policy;
using static Hops.Host.Programs.IpHeader;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs.Guarding;

/// <summary>
/// The program for outgoing packets (<c>CGROUP_SKB</c>), after this host's network address translation. It allows only headers that cannot be routed to another
/// host than the address, TCP to allowed addresses and ports, and data only after an answer was judged. Resolvers are judged when they are named
/// (<see cref="NamedAddressGuard"/>): from a socket with a <see cref="ResolverNote"/> TCP and UDP may leave to any address.
/// </summary>
internal static class EgressGuard
{
    // The stack below the record: an IP header, a TCP header, addresses and ports for a look-up, the judged address, keys.
    private const int Header = ConnectionRecord.Size + Ipv6Length;
    private const int Tcp = Header + 16;
    private const int Tuple = Tcp + 40;
    private const int Key = Tuple + 16 + 24 + 8;
    private static readonly JudgedAddress Address = new(Tuple + 16, Tuple + 16 + 24);

    // The destination port of a refused datagram; otherwise 0.
    private const int DatagramPort = Key + 8;

    // Version 4, and five words of header: no options.
    private const int WithoutOptions = 0x45;

    // More fragments, and the fragment's offset, in network byte order.
    private const int FragmentMask = 0xff3f;

    // RFC 9293, section 3.1.
    private const int DataOffset = 12;
    private const int TcpLength = 16;

    // RFC 768.
    private const int UdpLength = 8;

    public static BpfCode Assemble(GuardMaps maps, GuardPolicy policy) => Assembler.Parse(
        $"""
            {PassUsual()}
            {Address.SetFromPacket("told")}
                    *(u64 *)(r10 - {DatagramPort}) = 0
                    r1 = *(u32 *)(r7 + {Sock.Protocol})
                    r8 = {(int)HostGuardReason.Protocol}
                    if r1 == {IpProtocol.Tcp} goto known
                    if r1 != {IpProtocol.Udp} goto refuse
            known:
                    r8 = {(int)HostGuardReason.Header}
                    r1 = *(u32 *)(r6 + {SkBuff.Protocol})
                    if r1 == {EtherTypeIpv6} goto ipv6
                    if r1 != {EtherTypeIpv4} goto refuse
            {Load(0, Header, Ipv4Length)}
                    r1 = *(u8 *)(r10 - {Header})
                    if r1 != {WithoutOptions} goto refuse
                    r1 = *(u16 *)(r10 - {Header - Ipv4Fragment})
                    r1 &= {FragmentMask}
                    if r1 != 0 goto refuse
                    r2 = *(u8 *)(r10 - {Header - Ipv4Protocol})
                    r9 = {Ipv4Length}
                    goto transport
            ipv6:
            {Load(0, Header, Ipv6Length)}
                    r2 = *(u8 *)(r10 - {Header - NextHeader})
                    r9 = {Ipv6Length}
            transport:
                    r1 = *(u32 *)(r7 + {Sock.Protocol})
                    if r1 != r2 goto refuse
                    if r1 == {IpProtocol.Udp} goto datagram
            {Load("r9", Tcp, TcpLength)}
                    r1 = *(u8 *)(r10 - {Tcp - IncomingPacket.Flags})
                    r1 &= {IncomingPacket.Syn | IncomingPacket.Ack}
                    if r1 != {IncomingPacket.Syn} goto pass
            // A connection begins.
                    r1 = *(u8 *)(r10 - {Tcp - DataOffset})
                    r1 >>= 4
                    r1 <<= 2
                    r1 += r9
                    r2 = *(u32 *)(r6 + {SkBuff.Length})
                    r8 = {(int)HostGuardReason.EarlyData}
                    if r1 != r2 goto refuse
            {ResolverNote.IfMade("pass", "no_resolver")}
                    if r9 == {Ipv6Length} goto address6
                    r1 = *(u32 *)(r10 - {Header - Ipv4Destination})
            {Address.SetIpv4()}
                    goto addressed
            address6:
            {Address.SetIpv6("r10", -(Header - Ipv6Destination))}
            addressed:
            {Address.IfLoopback("loopback")}
            {Address.JudgeWithPort($"r1 = *(u16 *)(r10 - {Tcp - 2})\nr1 = be16 r1", policy.Ports.Count > 0, "refuse")}
            pass:
                    r0 = 1
                    exit
            // A datagram leaves from a socket that has named a resolver, and from no other, such as one that was connected before there was a guard.
            datagram:
            {ResolverNote.IfMade("pass", "no_note")}
            {Load("r9", Tcp, UdpLength)}
                    if r9 == {Ipv6Length} goto datagram6
                    r1 = *(u32 *)(r10 - {Header - Ipv4Destination})
            {Address.SetIpv4()}
                    goto datagram_addressed
            datagram6:
            {Address.SetIpv6("r10", -(Header - Ipv6Destination))}
            datagram_addressed:
                    r1 = *(u16 *)(r10 - {Tcp - 2})
                    r1 = be16 r1
                    *(u64 *)(r10 - {DatagramPort}) = r1
                    r8 = {(int)HostGuardReason.Datagram}
                    goto refuse
            // The listener must be in the same cgroup. A port without a listener looks the same.
            loopback:
                    if r9 == {Ipv6Length} goto look_up6
            {CopyPair(Header - Ipv4Source, 4)}
            {SocketLookUp.LookUp(Tuple, 12)}
                    goto looked_up
            look_up6:
            {CopyPair(Header - Ipv6Source, 16)}
            {SocketLookUp.LookUp(Tuple, 36)}
            looked_up:
                    r8 = {(int)HostGuardReason.Loopback}
                    if r0 == 0 goto refuse
                    r9 = r0
            {SocketLookUp.IfOfSameCgroup("r9", "pass")}
                    r8 = {(int)HostGuardReason.Loopback}
                    goto refuse
            refuse:
                    r9 = 0
            {Refusal.Begin()}
            {Refusal.CopySocket("r7")}
                    r1 = *(u64 *)(r10 - {DatagramPort})
                    if r1 == 0 goto told_of_socket
                    *(u16 *)(r10 - {At(ConnectionRecord.RemotePortOffset)}) = r1
            {Refusal.CopyRemote(Address)}
            told_of_socket:
            {ConnectSlots.Read(Key, "", "noted")}
            noted:
            {Refusal.Tell(policy.Mode)}
            """,
        maps.Named);

    /// <summary>
    /// Lets usual packets, which do not begin a connection and have no options, pass at once, and continues for all others. It reads headers in place, without
    /// copying; packets whose headers are not in the linear part are handled as the others.
    /// </summary>
    private static string PassUsual() => $"""
                    r6 = r1
                    r1 = *(u64 *)(r6 + {SkBuff.Socket})
                    if r1 == 0 goto usual_not
                    call bpf_sk_fullsock
                    if r0 == 0 goto usual_not
                    r1 = *(u32 *)(r0 + {Sock.Protocol})
                    if r1 != {IpProtocol.Tcp} goto usual_not
                    r2 = *(u32 *)(r6 + {SkBuff.Data})
                    r3 = *(u32 *)(r6 + {SkBuff.DataEnd})
                    r4 = r2
                    r1 = *(u32 *)(r6 + {SkBuff.Protocol})
                    if r1 == {EtherTypeIpv6} goto usual6
                    if r1 != {EtherTypeIpv4} goto usual_not
                    r4 += {Ipv4Length + TcpLength}
                    if r4 > r3 goto usual_not
                    r1 = *(u8 *)(r2 + 0)
                    if r1 != {WithoutOptions} goto usual_not
                    r1 = *(u16 *)(r2 + {Ipv4Fragment})
                    r1 &= {FragmentMask}
                    if r1 != 0 goto usual_not
                    r1 = *(u8 *)(r2 + {Ipv4Protocol})
                    if r1 != {IpProtocol.Tcp} goto usual_not
                    r1 = *(u8 *)(r2 + {Ipv4Length + IncomingPacket.Flags})
                    goto usual_flags
            usual6:
                    r4 += {Ipv6Length + TcpLength}
                    if r4 > r3 goto usual_not
                    r1 = *(u8 *)(r2 + {NextHeader})
                    if r1 != {IpProtocol.Tcp} goto usual_not
                    r1 = *(u8 *)(r2 + {Ipv6Length + IncomingPacket.Flags})
            usual_flags:
                    r1 &= {IncomingPacket.Syn | IncomingPacket.Ack}
                    if r1 == {IncomingPacket.Syn} goto usual_not
                    r0 = 1
                    exit
            usual_not:
                    r1 = r6
            """;

    private static string Load(object from, int to, int size) => $"""
                    r1 = r6
                    r2 = {from}
                    r3 = r10
                    r3 += -{to}
                    r4 = {size}
                    call bpf_skb_load_bytes
                    if r0 != 0 goto refuse
            """;

    /// <summary>Copies <c>struct bpf_sock_tuple</c>: both addresses, which are adjacent in the header, and both ports.</summary>
    private static string CopyPair(int addresses, int size) =>
        $"{SocketLookUp.Copy(addresses, Tuple, 2 * size)}\n{SocketLookUp.Copy(Tcp, Tuple - (2 * size), 4)}";
}
