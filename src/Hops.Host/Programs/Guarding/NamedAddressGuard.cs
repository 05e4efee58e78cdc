using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Notation;
using Hops.Guard.Policy;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs.Guarding;

/// <summary>
/// The program that judges the addresses of connect(2) and of sent datagrams, in the calling process. For TCP it makes refusals quick and knows the process;
/// for UDP it decides, since only here the address is the one that the program chose.
/// </summary>
internal static class NamedAddressGuard
{
    private static readonly JudgedAddress Address = new(ConnectionRecord.Size + 16, ConnectionRecord.Size + 16 + 24);
    private static readonly int Key = Address.Key + 8;

    private const int ConnectionRefused = -111;

    /// <summary>Returns the program.</summary>
    /// <param name="maps">The maps that it reads and writes.</param>
    /// <param name="policy">The policy that it enforces.</param>
    /// <param name="isIpv6">Whether it is for IPv6 addresses, including IPv4-mapped ones.</param>
    /// <param name="isConnect">Whether it is for connect(2), where it notes the process for later refusals; otherwise for sendto(2) and similar calls.</param>
    /// <param name="choosesError">Whether to set the error of a refused call, which needs Linux 5.18.</param>
    public static BpfCode Assemble(GuardMaps maps, GuardPolicy policy, bool isIpv6, bool isConnect, bool choosesError) => Assembler.Parse(
        $"""
                    r6 = r1
            {(isIpv6 ? Address.SetIpv6("r6", SockAddr.UserIp6) : $"r1 = *(u32 *)(r6 + {SockAddr.UserIp4})\n{Address.SetIpv4()}")}
                    r9 = *(u32 *)(r6 + {SockAddr.UserPort})
                    r9 = be16 r9
                    r1 = *(u32 *)(r6 + {SockAddr.Protocol})
                    if r1 == {IpProtocol.Tcp} goto tcp
                    r8 = {(int)HostGuardReason.Protocol}
                    if r1 != {IpProtocol.Udp} goto refuse
                    if r9 != 53 goto elsewhere
            {Address.IfResolver("resolver")}
            elsewhere:
                    r8 = {(int)HostGuardReason.Datagram}
            // Connecting a UDP socket sends nothing.
            {(isConnect ? $"{ResolverNote.Make(ResolverNote.Elsewhere, "refuse")}\ngoto allow" : "goto refuse")}
            tcp:
            {(isConnect ? ConnectSlots.Note(Key, "noted", withCommand: true) : "")}
            noted:
            {ResolverNote.Clear()}
                    if r9 != 53 goto no_resolver
            {Address.IfResolver("resolver")}
            no_resolver:
            // The egress program checks the listener.
            {Address.IfLoopback("allow")}
            {Address.JudgeWithPort("r1 = r9", policy.Ports.Count > 0, "refuse")}
            allow:
                    r0 = 1
                    exit
            resolver:
                    r8 = {(int)HostGuardReason.Header}
            {ResolverNote.Make(ResolverNote.Resolver, "refuse")}
                    goto allow
            refuse:
                    r7 = r9
                    r9 = 0
            {Refusal.Begin()}
            {Refusal.CopyRemote(Address)}
                    *(u16 *)(r10 - {At(ConnectionRecord.RemotePortOffset)}) = r7
                    r1 = r6
                    call bpf_get_netns_cookie
                    *(u64 *)(r10 - {At(ConnectionRecord.NetworkOffset)}) = r0
            {Refusal.CopyProcess()}
            {(choosesError ? $"r1 = {ConnectionRefused}\ncall bpf_set_retval" : "")}
            {Refusal.Tell(policy.Mode)}
            """,
        maps.Named);
}
