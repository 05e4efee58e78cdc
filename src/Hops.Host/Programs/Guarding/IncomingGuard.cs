using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Notation;
using Hops.Guard.Policy;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs.Guarding;

/// <summary>
/// The program for packets to listeners (<c>CGROUP_SKB</c>): it judges clients by their address and by the distance of their SYN. The SYN of a refused client
/// is dropped, and gets no answer, not even a SYN cookie. On loopback only clients of the same cgroup are allowed.
/// </summary>
internal static class IncomingGuard
{
    private static readonly IncomingPacket Packet = new(ConnectionRecord.Size);

    // The stack below the packet's headers: its ports, its addresses, both for a look-up, keys.
    private static readonly int Ports = (Packet.Stack + 8 + 7) & ~7;
    private static readonly int Local = Ports + 16;
    private static readonly int Tuple = Local + 40;
    private static readonly JudgedAddress Address = new(Tuple + 16, Tuple + 16 + 24);
    private static readonly int Key = Address.Key + 8;

    public static BpfCode Assemble(GuardMaps maps, GuardPolicy policy) => Assembler.Parse(
        $"""
                    r6 = r1
                    r9 = 0
                    *(u64 *)(r10 - {Ports}) = 0
                    r1 = *(u64 *)(r6 + {SkBuff.Socket})
                    if r1 == 0 goto pass
                    r2 = *(u32 *)(r1 + {Sock.State})
                    if r2 != {TcpState.Listening} goto pass
                    r8 = {(int)HostGuardReason.Header}
            {Packet.Read("unreadable")}
                    r1 = *(u8 *)(r10 - {Packet.AtTcp(IncomingPacket.Flags)})
                    r1 &= {IncomingPacket.Syn | IncomingPacket.Rst | IncomingPacket.Ack}
                    if r1 != {IncomingPacket.Syn} goto pass
                    r1 = *(u32 *)(r10 - {Packet.AtTcp(IncomingPacket.Ports)})
                    *(u64 *)(r10 - {Ports}) = r1
                    r8 = 0
            unreadable:
            {Packet.CopyAddresses("r10", -Address.At, -Local)}
                    if r8 != 0 goto refuse
            {Address.IfLoopback("loopback")}
            {Address.Judge()}
            {JudgedAddress.IfRefused("refuse")}
            {JudgedDistance.Judge(Key, "pass", "refuse")}
            pass:
                    r0 = 1
                    exit
            // The client's socket is the one that an answer would find.
            loopback:
                    r1 = *(u32 *)(r6 + {SkBuff.Protocol})
                    if r1 == {IpHeader.EtherTypeIpv6} goto look_up6
            {SocketLookUp.Copy(Local - 12, Tuple, 4)}
            {SocketLookUp.Copy(Address.At - 12, Tuple - 4, 4)}
            {CopyPorts(8)}
            {SocketLookUp.LookUp(Tuple, 12)}
                    goto looked_up
            look_up6:
            {SocketLookUp.Copy(Local, Tuple, 16)}
            {SocketLookUp.Copy(Address.At, Tuple - 16, 16)}
            {CopyPorts(32)}
            {SocketLookUp.LookUp(Tuple, 36)}
            looked_up:
                    r8 = {(int)HostGuardReason.Loopback}
                    if r0 == 0 goto refuse
                    r7 = r0
            {SocketLookUp.IfOfSameCgroup("r7", "pass")}
                    r8 = {(int)HostGuardReason.Loopback}
            refuse:
            {Refusal.Begin()}
                    *(u8 *)(r10 - {At(ConnectionRecord.KindOffset)}) = {(int)ConnectionRecordKind.RefusedIncoming}
            {Refusal.CopyRemote(Address)}
                    r1 = *(u64 *)(r10 - {Local})
                    *(u64 *)(r10 - {At(ConnectionRecord.LocalOffset)}) = r1
                    r1 = *(u64 *)(r10 - {Local - 8})
                    *(u64 *)(r10 - {At(ConnectionRecord.LocalOffset + 8)}) = r1
                    r1 = *(u64 *)(r10 - {Ports})
                    r2 = r1
                    r2 >>= 16
                    r1 = be16 r1
                    r2 = be16 r2
                    *(u16 *)(r10 - {At(ConnectionRecord.RemotePortOffset)}) = r1
                    *(u16 *)(r10 - {At(ConnectionRecord.LocalPortOffset)}) = r2
            {Refusal.Tell(policy.Mode)}
            """,
        maps.Named);

    /// <summary>Copies the server's port, and after it the client's, in network byte order.</summary>
    private static string CopyPorts(int distance) => $"""
                    r1 = *(u64 *)(r10 - {Ports})
                    r2 = r1
                    r2 >>= 16
                    *(u16 *)(r10 - {Tuple - distance}) = r2
                    *(u16 *)(r10 - {Tuple - distance - 2}) = r1
            """;
}
