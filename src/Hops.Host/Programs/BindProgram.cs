using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Notation;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// The program that records which process binds a TCP socket to a port (<c>post_bind</c>). The kernel establishes accepted connections in no process's context,
/// so they are assigned to the process that bound the port.
/// </summary>
internal static class BindProgram
{
    /// <summary>Returns the program.</summary>
    /// <param name="maps">The maps that it writes.</param>
    /// <param name="isIpv6">Whether it is for <c>post_bind6</c>; otherwise for <c>post_bind4</c>.</param>
    /// <param name="process">The offsets of the process's command; null to leave the command out. Needs CAP_PERFMON.</param>
    public static BpfCode Assemble(WatchMaps maps, bool isIpv6, ProcessFields? process) => Assembler.Parse(
        $"""
                    r6 = r1
                    r1 = *(u32 *)(r6 + {Sock.Protocol})
                    if r1 != {IpProtocol.Tcp} goto allow
            {Clear()}
                    *(u8 *)(r10 - {At(ConnectionRecord.KindOffset)}) = {(int)ConnectionRecordKind.Bound}
                    r1 = *(u32 *)(r6 + {Sock.SourcePort})
                    *(u16 *)(r10 - {At(ConnectionRecord.LocalPortOffset)}) = r1
            {(isIpv6 ? string.Join('\n', Enumerable.Range(0, 4).Select(static i => $"""
                    r1 = *(u32 *)(r6 + {Sock.SourceIp6 + (4 * i)})
                    *(u32 *)(r10 - {At(ConnectionRecord.LocalOffset + (4 * i))}) = r1
                    """)) : $"""
                    *(u32 *)(r10 - {At(ConnectionRecord.LocalOffset + 8)}) = {MappedWord}
                    r1 = *(u32 *)(r6 + {Sock.SourceIp4})
                    *(u32 *)(r10 - {At(ConnectionRecord.LocalOffset + 12)}) = r1
                    """)}
                    r1 = r6
                    call bpf_get_socket_cookie
                    *(u64 *)(r10 - {At(ConnectionRecord.CookieOffset)}) = r0
                    call bpf_ktime_get_ns
                    *(u64 *)(r10 - {At(ConnectionRecord.TimeOffset)}) = r0
                    call bpf_get_current_cgroup_id
                    *(u64 *)(r10 - {At(ConnectionRecord.CgroupOffset)}) = r0
                    r1 = r6
                    call bpf_get_netns_cookie
                    *(u64 *)(r10 - {At(ConnectionRecord.NetworkOffset)}) = r0
                    call bpf_get_current_pid_tgid
                    r0 >>= 32
                    *(u32 *)(r10 - {At(ConnectionRecord.ProcessOffset)}) = r0
                    call bpf_get_current_uid_gid
                    *(u32 *)(r10 - {At(ConnectionRecord.UserOffset)}) = r0
            {(process is null ? "" : $"{ProcessFields.Find()}\n{process.ReadCommand("r10", -At(ConnectionRecord.CommandOffset))}")}
            {Submit(LostRecords.Bound, "allow")}
            allow:
                    r0 = 1
                    exit
            """,
        maps.Named);
}
