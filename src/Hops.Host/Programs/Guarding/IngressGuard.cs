using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Notation;
using Hops.Guard.Policy;

namespace Hops.Host.Programs.Guarding;

/// <summary>
/// The program for incoming packets (<c>CGROUP_SKB</c>): it judges answers to connecting sockets by their distance. Refused answers are dropped, a SYN+ACK as
/// well as a RST, so that open and closed ports of near servers look the same.
/// </summary>
internal static class IngressGuard
{
    private static readonly IncomingPacket Packet = new(ConnectionRecord.Size);
    private static readonly JudgedAddress Address = new((Packet.Stack + 16 + 7) & ~7, (Packet.Stack + 16 + 24 + 7) & ~7);
    private static readonly int Key = Address.Key + 8;

    // The port of DNS, in network byte order.
    private const int DnsPort = 0x3500;

    public static BpfCode Assemble(GuardMaps maps, GuardPolicy policy) => Assembler.Parse(
        $"""
            {Address.SetFromPacket("pass", $"r2 = *(u32 *)(r1 + {Sock.State})\nif r2 != {TcpState.SynSent} goto pass")}
                    r8 = {(int)HostGuardReason.Header}
            {Packet.Read("refuse")}
                    r1 = *(u8 *)(r10 - {Packet.AtTcp(IncomingPacket.Flags)})
                    r1 &= {IncomingPacket.Syn | IncomingPacket.Rst | IncomingPacket.Ack}
            // Both ends connect to each other at once: there is no answer to judge.
                    if r1 == {IncomingPacket.Syn} goto refuse
            // A packet without SYN and RST does not establish a connection.
                    r1 &= {IncomingPacket.Syn | IncomingPacket.Rst}
                    if r1 == 0 goto pass
            // On loopback the egress program allows only listeners of the same guard.
            {Address.IfLoopback("pass")}
                    r1 = *(u16 *)(r7 + {Sock.DestinationPort})
                    if r1 != {DnsPort} goto no_resolver
            {Address.IfResolver("pass")}
            no_resolver:
            {Address.Judge()}
            {JudgedDistance.Judge(Key, "pass", "refuse")}
            pass:
                    r0 = 1
                    exit
            refuse:
            {Refusal.Begin()}
            {Refusal.CopySocket("r7")}
            {ConnectSlots.Read(Key, "", "noted")}
            noted:
            {Refusal.Tell(policy.Mode)}
            """,
        maps.Named);
}
