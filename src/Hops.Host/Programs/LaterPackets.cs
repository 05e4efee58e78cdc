using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Notation;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// The program for packets of established connections (<c>CGROUP_SKB</c>): it finds connections from before the watch, and packets with another TTL than the
/// packets before.
/// </summary>
/// <remarks>
/// It runs before TCP has checked the packet, and anyone may send one with the addresses and ports of a connection. So it uses only packets with exactly the
/// sequence number that is expected next, and an acknowledgement number within the sent data. An attacker who does not see the connection would have to guess
/// both, as for injecting data.
/// </remarks>
internal static class LaterPackets
{
    private static readonly IncomingPacket Packet = new(ConnectionRecord.Size);

    // Below the packet's headers.
    private static readonly int Key = Packet.Stack + 8;

    /// <summary>Returns the program.</summary>
    public static BpfCode Assemble(WatchMaps maps, WatchedKinds wanted) => Assembler.Parse(
        $"""
                    r6 = r1
                    r1 = *(u64 *)(r6 + {SkBuff.Socket})
                    if r1 == 0 goto pass
                    call bpf_sk_fullsock
                    if r0 == 0 goto pass
                    r7 = r0
                    r1 = *(u32 *)(r7 + {Sock.State})
                    if r1 != {TcpState.Established} goto pass
                    r1 = *(u32 *)(r7 + {Sock.Protocol})
                    if r1 != {IpProtocol.Tcp} goto pass
                    r1 = map[memory]
                    r2 = r7
                    r3 = 0
                    r4 = 0
                    call bpf_sk_storage_get
                    r8 = r0
            {(wanted.Drift ? "" : "if r8 != 0 goto pass")}
            {(wanted.Existing ? "" : "if r8 == 0 goto pass")}
            {Packet.Read("pass")}
                    r1 = r7
                    call bpf_tcp_sock
                    if r0 == 0 goto pass
                    r1 = *(u32 *)(r10 - {Packet.AtTcp(IncomingPacket.Sequence)})
                    r1 = be32 r1
                    r2 = *(u32 *)(r0 + {TcpSock.ReceiveNext})
                    if r1 != r2 goto pass
                    r1 = *(u8 *)(r10 - {Packet.AtTcp(IncomingPacket.Flags)})
                    r2 = r1
                    r2 &= {IncomingPacket.Ack}
                    if r2 == 0 goto no_acknowledgement
                    r2 = *(u32 *)(r10 - {Packet.AtTcp(IncomingPacket.Acknowledgement)})
                    r2 = be32 r2
                    r3 = *(u32 *)(r0 + {TcpSock.SendUnacknowledged})
                    r4 = *(u32 *)(r0 + {TcpSock.SendNext})
                    w2 -= w3
                    w4 -= w3
                    if w2 <= w4 goto in_order
                    goto pass
            // Only a RST needs none (RFC 9293, section 3.10.7.4).
            no_acknowledgement:
                    r1 &= {IncomingPacket.Rst}
                    if r1 == 0 goto pass
            in_order:
            {(wanted.Existing ? $"if r8 == 0 goto older" : "")}
            {(wanted.Drift ? TellDrift() : "")}
            {(wanted.Existing ? TellOlder(wanted) : "")}
            pass:
                    r0 = 1
                    exit
            """,
        maps.Named);

    /// <summary>Reports each TTL that differs from that of the packet that established the connection, once.</summary>
    private static string TellDrift() => $"""
                    r1 = *(u8 *)(r8 + {ConnectionRecord.KindOffset})
                    if r1 == 0 goto pass
                    r1 = *(u8 *)(r8 + {ConnectionRecord.FormerTtlOffset})
                    if r1 == r9 goto pass
                    if r1 != 0 goto another
            // The first that is known.
                    *(u8 *)(r8 + {ConnectionRecord.FormerTtlOffset}) = r9
                    goto pass
            another:
                    r1 = r9
                    r1 >>= 3
                    r1 &= 31
                    r2 = r8
                    r2 += r1
                    r3 = r9
                    r3 &= 7
                    r4 = 1
                    r4 <<= r3
                    r1 = *(u8 *)(r2 + {ConnectionMemory.Told})
                    r3 = r1
                    r3 &= r4
                    if r3 != 0 goto pass
                    r1 |= r4
                    *(u8 *)(r2 + {ConnectionMemory.Told}) = r1
            {ConnectionMemory.CopyToStack("r8")}
                    *(u8 *)(r10 - {At(ConnectionRecord.TtlOffset)}) = r9
                    *(u8 *)(r10 - {At(ConnectionRecord.EventOffset)}) = {(int)ConnectionRecordEvent.Drifted}
                    r1 = *(u8 *)(r10 - {Packet.AtTcp(IncomingPacket.Flags)})
                    r1 &= {IncomingPacket.Rst}
                    *(u8 *)(r10 - {At(ConnectionRecord.ResetOffset)}) = r1
                    call bpf_ktime_get_ns
                    *(u64 *)(r10 - {At(ConnectionRecord.TimeOffset)}) = r0
            {Submit(LostRecords.Connections, "pass")}
                    goto pass
            """;

    /// <summary>Reports a connection that has no entry.</summary>
    private static string TellOlder(WatchedKinds wanted) => $"""
            older:
            {Clear()}
                    *(u8 *)(r10 - {At(ConnectionRecord.KindOffset)}) = {(int)ConnectionRecordKind.Older}
                    *(u8 *)(r10 - {At(ConnectionRecord.EventOffset)}) = {(int)ConnectionRecordEvent.Existing}
                    *(u8 *)(r10 - {At(ConnectionRecord.TtlOffset)}) = r9
                    *(u8 *)(r10 - {At(ConnectionRecord.FormerTtlOffset)}) = r9
            {Packet.CopyAddresses("r10", -At(ConnectionRecord.RemoteOffset), -At(ConnectionRecord.LocalOffset))}
                    r1 = *(u16 *)(r10 - {Packet.AtTcp(IncomingPacket.Ports)})
                    r1 = be16 r1
                    *(u16 *)(r10 - {At(ConnectionRecord.RemotePortOffset)}) = r1
                    r1 = *(u16 *)(r10 - {Packet.AtTcp(IncomingPacket.Ports + 2)})
                    r1 = be16 r1
                    *(u16 *)(r10 - {At(ConnectionRecord.LocalPortOffset)}) = r1
                    r1 = r6
                    call bpf_get_socket_cookie
                    *(u64 *)(r10 - {At(ConnectionRecord.CookieOffset)}) = r0
                    r1 = r6
                    call bpf_skb_cgroup_id
                    *(u64 *)(r10 - {At(ConnectionRecord.CgroupOffset)}) = r0
                    call bpf_ktime_get_ns
                    *(u64 *)(r10 - {At(ConnectionRecord.TimeOffset)}) = r0
                    r1 = map[memory]
                    r2 = r7
                    r3 = 0
                    r4 = {ConnectionMemory.Create}
                    call bpf_sk_storage_get
            // Without an entry the connection would be reported again with each packet.
                    if r0 == 0 goto no_memory
            {ConnectionMemory.CopyFromStack("r0")}
            {wanted.Filter(Key, "pass")}
            {Submit(LostRecords.Connections, "pass")}
                    goto pass
            no_memory:
            {Count(LostRecords.Connections)}
            """;
}
