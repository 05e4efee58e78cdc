using Ebpf.Contexts;
using Hops.Guard;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs.Guarding;

/// <summary>Has the common code of a guard's programs for refusals: they write a record, at the top of the stack, to the ring buffer.</summary>
internal static class Refusal
{
    /// <summary>Begins a record, with the reason in r8, the received TTL, or 0, in r9, and the context in r6. Uses r0 to r5.</summary>
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

    /// <summary>Copies the judged address, as that of the remote end. Uses r1.</summary>
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

    /// <summary>Writes the running process. Uses r0 to r5.</summary>
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

    /// <summary>
    /// Writes the record to the ring buffer, wakes the reader, and refuses, unless the guard only reports. Jump to the label <c>told</c> to refuse without a
    /// record.
    /// </summary>
    public static string Tell(HopGuardMode mode) => $"""
            {SubmitAndWake(LostRecords.Connections, "told")}
            told:
                    r0 = {(mode == HopGuardMode.Enforce ? 0 : 1)}
                    exit
            """;
}
