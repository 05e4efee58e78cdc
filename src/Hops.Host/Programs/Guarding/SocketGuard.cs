using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Notation;
using Hops.Guard;

namespace Hops.Host.Programs.Guarding;

/// <summary>The program that allows only TCP and UDP sockets of IPv4 and IPv6 (<c>CGROUP_SOCK</c>), and no other protocols or raw sockets.</summary>
internal static class SocketGuard
{
    // SOCK_STREAM, SOCK_DGRAM.
    private const int Stream = 1;
    private const int Datagram = 2;

    public static BpfCode Assemble(GuardMaps maps, HopGuardMode mode) => Assembler.Parse(
        $"""
                    r6 = r1
                    r1 = *(u32 *)(r6 + {Sock.SocketType})
                    r2 = *(u32 *)(r6 + {Sock.Protocol})
                    if r1 == {Stream} goto stream
                    if r1 != {Datagram} goto refuse
                    if r2 != {IpProtocol.Udp} goto refuse
                    goto allow
            stream:
                    if r2 == {IpProtocol.Tcp} goto allow
            refuse:
                    r8 = {(int)HostGuardReason.Protocol}
                    r9 = 0
            {Refusal.Begin()}
            {Refusal.CopyProcess()}
            {Refusal.Tell(mode)}
            allow:
                    r0 = 1
                    exit
            """,
        maps.Named);
}
