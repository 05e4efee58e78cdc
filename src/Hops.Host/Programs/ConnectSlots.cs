using System.Runtime.InteropServices;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// Holds which process connects, in a slot for each connecting socket, found by the socket's cookie. The slot is written in the process that calls connect(2),
/// and read when the connection is established, which happens in no process's context.
/// </summary>
/// <remarks>
/// A later socket can overwrite a slot. The earlier connection then has no process in its record, but never a wrong one: the first word of a slot has the
/// socket's cookie, is exchanged for a marker before anything else is written, and is read again after everything else was read.
/// </remarks>
internal static class ConnectSlots
{
    /// <summary>
    /// All sockets of the host, including accepted ones, get consecutive cookies: the socket whose cookie is 65,536 higher overwrites a slot. If fewer sockets
    /// are created until the answer arrives, each connection usually has its process. (Each processor takes 4096 cookies at a time, so the cookies of one that
    /// creates few sockets can collide sooner.)
    /// </summary>
    public const int Count = 65_536;

    // In place of the cookie, while the slot is being written.
    private const int Owner = 0;
    private const int BeingWritten = -1;
    private const int Cgroup = 8;
    private const int Process = 16;
    private const int User = 20;
    private const int Command = 24;

    /// <summary>The received TTL, see <see cref="TtlWord"/>.</summary>
    public const int Ttl = 40;

    public static BpfMap<uint, Slot> Create() => BpfMap.Create<uint, Slot>(BpfMapType.Array, Count, name: "hops_connects");

    /// <summary>Finds the slot of the cookie in r0: r8 points to it.</summary>
    /// <param name="key">Eight free bytes of the stack, below r10.</param>
    /// <param name="otherwise">The label to continue at if there is none.</param>
    public static string Find(int key, string otherwise) => $"""
                    r0 &= {Count - 1}
                    *(u64 *)(r10 - {key}) = r0
                    r1 = map[slots]
                    r2 = r10
                    r2 += -{key}
                    call bpf_map_lookup_elem
                    if r0 == 0 goto {otherwise}
                    r8 = r0
        """;

    /// <summary>Returns the program for connect(2) that notes the process, for use without the right to read kernel memory.</summary>
    /// <param name="maps">The maps that it writes.</param>
    public static BpfCode AssembleNote(WatchMaps maps) => Assembler.Parse(
        $"""
                    r6 = r1
                    r1 = *(u32 *)(r6 + {SockAddr.Protocol})
                    if r1 != {IpProtocol.Tcp} goto allow
            {Note(8, "allow")}
            allow:
                    r0 = 1
                    exit
            """,
        maps.Named);

    /// <summary>
    /// Notes the process, for <c>sock_ops</c>, which the kernel also calls in the process that connects. This saves a hook for each connection.
    /// </summary>
    /// <param name="key">Eight free bytes of the stack, below r10.</param>
    /// <param name="process">The offsets of the process's fields.</param>
    /// <param name="withCommand">Whether to note the command, too.</param>
    /// <param name="next">The label to continue at.</param>
    public static string Note(int key, ProcessFields process, bool withCommand, string next) => Note(
        key,
        $"""
            {ProcessFields.Find()}
            {process.Read("r8", Process, User, Cgroup)}
            {(withCommand ? process.ReadCommand("r8", Command) : "")}
            """,
        next);

    /// <summary>Notes the process in a program for connect(2), which may call helpers.</summary>
    /// <param name="key">Eight free bytes of the stack, below r10.</param>
    /// <param name="next">The label to continue at.</param>
    /// <param name="withCommand">Whether to note the command of the thread, too, which needs CAP_PERFMON.</param>
    public static string Note(int key, string next, bool withCommand = false) => Note(key, AskHelpers(withCommand), next);

    private static string Note(int key, string who, string next) => $"""
                    r1 = r6
                    call bpf_get_socket_cookie
                    r7 = r0
            {Find(key, next)}
            // Two that write the same slot at once: the second leaves it, and has no process.
                    r1 = {BeingWritten}
                    r1 = xchg_64(r8 + {Owner}, r1)
                    if r1 == {BeingWritten} goto {next}
            {who}
                    r1 = r7
                    r1 <<= {TtlWord.CookieShift}
                    *(u64 *)(r8 + {Ttl}) = r1
                    r7 = xchg_64(r8 + {Owner}, r7)
            """;

    private static string AskHelpers(bool withCommand) => $"""
                    call bpf_get_current_cgroup_id
                    *(u64 *)(r8 + {Cgroup}) = r0
                    call bpf_get_current_pid_tgid
                    r0 >>= 32
                    *(u32 *)(r8 + {Process}) = r0
                    call bpf_get_current_uid_gid
                    *(u32 *)(r8 + {User}) = r0
            {(withCommand ? $"r1 = r8\nr1 += {Command}\nr2 = {ProcessFields.CommandLength}\ncall bpf_get_current_comm" : "")}
            """;

    /// <summary>Copies the contents of the slot of the record's connection into the record on the stack.</summary>
    /// <param name="key">Eight free bytes of the stack, below r10.</param>
    /// <param name="readTtl">Code that reads the TTL of the slot in r8, whose cookie is in r9.</param>
    /// <param name="next">The label to continue at.</param>
    public static string Read(int key, string readTtl, string next) => $"""
                    r0 = *(u64 *)(r10 - {At(ConnectionRecord.CookieOffset)})
                    r9 = r0
            {Find(key, next)}
                    r1 = *(u64 *)(r8 + {Owner})
                    if r1 != r9 goto {next}
                    r1 = *(u64 *)(r8 + {Cgroup})
                    *(u64 *)(r10 - {At(ConnectionRecord.CgroupOffset)}) = r1
                    r1 = *(u64 *)(r8 + {Process})
                    *(u64 *)(r10 - {At(ConnectionRecord.ProcessOffset)}) = r1
                    r1 = *(u64 *)(r8 + {Command})
                    *(u64 *)(r10 - {At(ConnectionRecord.CommandOffset)}) = r1
                    r1 = *(u64 *)(r8 + {Command + 8})
                    *(u64 *)(r10 - {At(ConnectionRecord.CommandOffset + 8)}) = r1
            {readTtl}
            // Still this connection's, after all was read? An atomic operation keeps the order also on arm64.
                    r1 = 0
                    r1 = atomic_fetch_or((u64 *)(r8 + {Owner}), r1)
                    if r1 == r9 goto {next}
                    r1 = 0
                    *(u64 *)(r10 - {At(ConnectionRecord.CgroupOffset)}) = r1
                    *(u64 *)(r10 - {At(ConnectionRecord.ProcessOffset)}) = r1
                    *(u64 *)(r10 - {At(ConnectionRecord.CommandOffset)}) = r1
                    *(u64 *)(r10 - {At(ConnectionRecord.CommandOffset + 8)}) = r1
        """;

    /// <summary>Represents a slot. Only its size is used.</summary>
    [StructLayout(LayoutKind.Sequential, Size = Ttl + 8)]
    public readonly struct Slot;
}
