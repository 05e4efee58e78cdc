using System.Runtime.InteropServices;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// Who connects: noted in the process that calls connect(2), read when the connection is established, which is in nobody's process. A slot for each socket
/// that is connecting, found by the socket's cookie.
/// </summary>
/// <remarks>
/// A slot is taken by whoever comes last: then the connection before has no process in its record, never another's. The first word says whose the slot is.
/// It is set aside by an exchange before anything else is written, and read again after all else was read.
/// </remarks>
internal static class ConnectSlots
{
    /// <summary>
    /// Cookies are numbered for all sockets of the host, accepted ones among them: a slot is taken by whoever comes 65,536 cookies later. Where fewer are made
    /// while an answer is under way, as a rule each connection has its process. (Each processor takes 4096 numbers at a time, so one that makes few sockets can
    /// meet another's sooner.)
    /// </summary>
    public const int Count = 65_536;

    // Whose slot it is: a cookie, or this while it is being written.
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
    /// <param name="key">Eight bytes of the stack that are free, below r10.</param>
    /// <param name="otherwise">Where to go on without one.</param>
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

    /// <summary>The program for connect(2), where kernel memory may not be read: notes who connects.</summary>
    /// <param name="maps">What it writes.</param>
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
    /// Notes who connects, for <c>sock_ops</c>, which the kernel calls in the process that connects, too: a hook less on the way of each connection.
    /// </summary>
    /// <param name="key">Eight bytes of the stack that are free, below r10.</param>
    /// <param name="process">What to note.</param>
    /// <param name="withCommand">Whether its command, too.</param>
    /// <param name="next">Where to go on.</param>
    public static string Note(int key, ProcessFields process, bool withCommand, string next) => Note(
        key,
        $"""
            {ProcessFields.Find()}
            {process.Read("r8", Process, User, Cgroup)}
            {(withCommand ? process.ReadCommand("r8", Command) : "")}
            """,
        next);

    /// <summary>The same in a program for connect(2), which may ask helpers.</summary>
    /// <param name="key">Eight bytes of the stack that are free, below r10.</param>
    /// <param name="next">Where to go on.</param>
    /// <param name="withCommand">Whether the command of the thread, too, which takes CAP_PERFMON.</param>
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

    /// <summary>Copies what the slot of the record's connection says into the record on the stack.</summary>
    /// <param name="key">Eight bytes of the stack that are free, below r10.</param>
    /// <param name="readTtl">What else to do with the slot in r8, whose cookie is in r9.</param>
    /// <param name="next">Where to go on.</param>
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

    /// <summary>A slot, for its size.</summary>
    [StructLayout(LayoutKind.Sequential, Size = Ttl + 8)]
    public readonly struct Slot;
}
