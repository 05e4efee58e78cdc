using Ebpf.Contexts;
using Hops.Guard;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs.Guarding;

/// <summary>What the programs of a guard have in common when they refuse: a record, at the top of the stack, for the ring buffer.</summary>
internal static class Refusal
{
    /// <summary>Begins a record: why is in r8, and the received TTL, or 0, in r9. The context is in r6. Uses r0 to r5.</summary>
    public static string Begin() => $"""
            {Clear()}
                    *(u8 *)(r10 - {At(ConnectionRecord.KindOffset)}) = {(int)ConnectionRecordKind.Refused}
                    *(u8 *)(r10 - {At(ConnectionRecord.ReasonOffset)}) = r8
                    *(u8 *)(r10 - {At(ConnectionRecord.TtlOffset)}) = r9
                    r1 = r6
                    call bpf_get_socket_cookie
                    *(u64 *)(r10 - {At(ConnectionRecord.CookieOffset)}) = r0
                    call bpf_ktime_get_ns
                    *(u64 *)(r10 - {At(ConnectionRecord.TimeOffset)}) = r0
            """;

    /// <summary>Copies an address that is judged: that of the other end. Uses r1.</summary>
    public static string CopyRemote(JudgedAddress address) => string.Join(
        '\n',
        Enumerable.Range(0, 2).Select(i => $"r1 = *(u64 *)(r10 - {address.At - (8 * i)})\n*(u64 *)(r10 - {At(ConnectionRecord.RemoteOffset + (8 * i))}) = r1"));

    /// <summary>Copies both ends of the socket that a register points to. Uses r1.</summary>
    public static string CopySocket(string socket) => $"""
                    r1 = *(u32 *)({socket} + {Sock.SourcePort})
                    *(u16 *)(r10 - {At(ConnectionRecord.LocalPortOffset)}) = r1
                    r1 = *(u16 *)({socket} + {Sock.DestinationPort})
                    r1 = be16 r1
                    *(u16 *)(r10 - {At(ConnectionRecord.RemotePortOffset)}) = r1
                    r1 = *(u32 *)({socket} + {Sock.Family})
                    if r1 == {JudgedAddress.Ipv6Family} goto socket_is_ipv6
                    *(u32 *)(r10 - {At(ConnectionRecord.LocalOffset + 8)}) = {MappedWord}
                    r1 = *(u32 *)({socket} + {Sock.SourceIp4})
                    *(u32 *)(r10 - {At(ConnectionRecord.LocalOffset + 12)}) = r1
                    *(u32 *)(r10 - {At(ConnectionRecord.RemoteOffset + 8)}) = {MappedWord}
                    r1 = *(u32 *)({socket} + {Sock.DestinationIp4})
                    *(u32 *)(r10 - {At(ConnectionRecord.RemoteOffset + 12)}) = r1
                    goto socket_copied
            socket_is_ipv6:
            {CopyAddress(socket, Sock.SourceIp6, ConnectionRecord.LocalOffset)}
            {CopyAddress(socket, Sock.DestinationIp6, ConnectionRecord.RemoteOffset)}
            socket_copied:
            """;

    /// <summary>Writes which process runs. Uses r0 to r5.</summary>
    public static string CopyProcess() => $"""
                    call bpf_get_current_cgroup_id
                    *(u64 *)(r10 - {At(ConnectionRecord.CgroupOffset)}) = r0
                    call bpf_get_current_pid_tgid
                    r0 >>= 32
                    *(u32 *)(r10 - {At(ConnectionRecord.ProcessOffset)}) = r0
                    call bpf_get_current_uid_gid
                    *(u32 *)(r10 - {At(ConnectionRecord.UserOffset)}) = r0
                    r1 = r10
                    r1 += -{At(ConnectionRecord.CommandOffset)}
                    r2 = {ProcessFields.CommandLength}
                    call bpf_get_current_comm
            """;

    private static string CopyAddress(string socket, int from, int to) => string.Join(
        '\n', Enumerable.Range(0, 4).Select(i => $"r1 = *(u32 *)({socket} + {from + (4 * i)})\n*(u32 *)(r10 - {At(to + (4 * i))}) = r1"));

    /// <summary>Hands it over, wakes who reads, and refuses, or only tells. At the label <c>told</c> is the end, for what is refused without a word.</summary>
    public static string Tell(HopGuardMode mode) => $"""
            {SubmitAndWake(LostRecords.Connections, "told")}
            told:
                    r0 = {(mode == HopGuardMode.Enforce ? 0 : 1)}
                    exit
            """;
}
