using System.Runtime.InteropServices;
using Ebpf.Contexts;
using Ebpf.Maps;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// Stores the record of each connection in its socket, while the socket exists. So the record of a closed connection is complete, and each connection is known
/// to be from before or after the start of the watch.
/// </summary>
internal static class ConnectionMemory
{
    /// <summary>
    /// The kind of a connection that is not to be reported. Its entry exists so that the connection is not taken for one from before the watch.
    /// </summary>
    private const int Unwanted = 0;

    /// <summary>The offset of the reported TTLs, a bit for each, after the record.</summary>
    public const int Told = ConnectionRecord.Size;

    /// <summary><c>BPF_SK_STORAGE_GET_F_CREATE</c>.</summary>
    public const int Create = 1;

    private const int ToldLength = 32;

    public static BpfSocketStorage<Entry> CreateMap() => BpfMap.CreateSocketStorage<Entry>("hops_memory");

    /// <summary>Stores the record on the stack in the socket of <c>sock_ops</c>, whose context is in r6.</summary>
    /// <param name="withEnd">Whether the kernel is to call the program when the connection is closed.</param>
    public static string Keep(bool withEnd) => $"""
            {Find(Create, "kept")}
            {CopyFromStack("r0")}
            {(withEnd ? $"""
                    r1 = r6
                    r2 = *(u32 *)(r6 + {SockOps.CallbackFlags})
                    r2 |= {SockOpsCallbacks.StateChanged}
                    call bpf_sock_ops_cb_flags_set
                    goto kept_all
            """ : "goto kept_all")}
            kept:
            // No memory: later events of the connection are lost.
            {Count(LostRecords.Connections)}
            kept_all:
            """;

    /// <summary>Stores only that a connection is not from before the watch.</summary>
    /// <param name="next">The label to continue at.</param>
    public static string KeepUnwanted(string next) => $"{Find(Create, next)}\n{Clear("r0")}";

    /// <summary>
    /// Reports a closed connection, when its state changes. The kernel counts the SYN and the FIN as a byte each, which are subtracted. If this end was closed
    /// first, the bytes received since the remote end confirmed that show whether its FIN was received.
    /// </summary>
    /// <param name="next">The label to continue at.</param>
    public static string TellEnd(string next) => $"""
                    r7 = *(u32 *)(r6 + {SockOps.Arguments + 4})
                    if r7 == {TcpState.FinWait2} goto known
                    if r7 != {TcpState.Closed} goto {next}
            known:
            {Find(flags: 0, next)}
                    r8 = r0
                    r2 = *(u64 *)(r6 + {SockOps.BytesReceived})
                    if r7 == {TcpState.Closed} goto closed
                    *(u64 *)(r8 + {ConnectionRecord.ReceivedOffset}) = r2
                    goto {next}
            closed:
                    r1 = *(u8 *)(r8 + {ConnectionRecord.KindOffset})
                    if r1 == {Unwanted} goto {next}
                    r4 = *(u32 *)(r6 + {SockOps.Arguments})
                    if r4 == {TcpState.FinWait2} goto this_end_first
                    if r4 == {TcpState.CloseWait} goto end_received
                    if r4 == {TcpState.LastAcknowledgement} goto end_received
                    if r4 == {TcpState.Closing} goto end_received
                    goto received
            this_end_first:
                    r3 = *(u64 *)(r8 + {ConnectionRecord.ReceivedOffset})
                    if r2 <= r3 goto received
            end_received:
                    r2 += -1
            received:
                    *(u64 *)(r8 + {ConnectionRecord.ReceivedOffset}) = r2
                    r2 = *(u64 *)(r6 + {SockOps.BytesAcknowledged})
                    if r1 != {(int)ConnectionRecordKind.Outgoing} goto beginning_acknowledged
                    r2 += -1
            beginning_acknowledged:
                    if r4 == {TcpState.FinWait2} goto end_acknowledged
                    if r4 == {TcpState.LastAcknowledgement} goto end_sent
                    if r4 != {TcpState.Closing} goto sent
            end_sent:
                    r1 = *(u32 *)(r6 + {SockOps.SendUnacknowledged})
                    r3 = *(u32 *)(r6 + {SockOps.SendNext})
                    if r1 != r3 goto sent
            end_acknowledged:
                    r2 += -1
            sent:
                    *(u64 *)(r8 + {ConnectionRecord.SentOffset}) = r2
                    r1 = *(u32 *)(r6 + {SockOps.MinimumRoundTrip})
                    if w1 == -1 goto shortest
                    *(u32 *)(r8 + {ConnectionRecord.ShortestRoundTripOffset}) = r1
            shortest:
                    r1 = *(u32 *)(r6 + {SockOps.TotalRetransmissions})
                    *(u32 *)(r8 + {ConnectionRecord.RetransmissionsOffset}) = r1
                    r1 = *(u64 *)(r8 + {ConnectionRecord.TimeOffset})
                    *(u64 *)(r8 + {ConnectionRecord.OpenedOffset}) = r1
                    call bpf_ktime_get_ns
                    *(u64 *)(r8 + {ConnectionRecord.TimeOffset}) = r0
                    *(u8 *)(r8 + {ConnectionRecord.EventOffset}) = {(int)ConnectionRecordEvent.Closed}
            {Submit("r8", 0, LostRecords.Connections, "told")}
            told:
                    r1 = map[memory]
                    r2 = *(u64 *)(r6 + {SockOps.Socket})
                    if r2 == 0 goto {next}
                    call bpf_sk_storage_delete
                    goto {next}
            """;

    /// <summary>Copies the record on the stack to the entry that the register points to, and clears the reported TTLs.</summary>
    public static string CopyFromStack(string entry) => $"""
            {string.Join('\n', Words(ConnectionRecord.Size).Select(at => $"r1 = *(u64 *)(r10 - {At(at)})\n*(u64 *)({entry} + {at}) = r1"))}
            {string.Join('\n', Words(ToldLength).Select(at => $"*(u64 *)({entry} + {Told + at}) = 0"))}
            """;

    /// <summary>Copies the record of the entry that the register points to onto the stack.</summary>
    public static string CopyToStack(string entry) =>
        string.Join('\n', Words(ConnectionRecord.Size).Select(at => $"r1 = *(u64 *)({entry} + {at})\n*(u64 *)(r10 - {At(at)}) = r1"));

    private static string Clear(string entry) =>
        string.Join('\n', Words(ConnectionRecord.Size + ToldLength).Select(at => $"*(u64 *)({entry} + {at}) = 0"));

    /// <summary>Finds the entry of the socket of <c>sock_ops</c>: r0 points to it.</summary>
    private static string Find(int flags, string otherwise) => $"""
                    r1 = map[memory]
                    r2 = *(u64 *)(r6 + {SockOps.Socket})
                    if r2 == 0 goto {otherwise}
                    r3 = 0
                    r4 = {flags}
                    call bpf_sk_storage_get
                    if r0 == 0 goto {otherwise}
        """;

    private static IEnumerable<int> Words(int size) => Enumerable.Range(0, size / 8).Select(static i => 8 * i);

    /// <summary>Represents an entry: a record, and the reported TTLs after it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = ConnectionRecord.Size + ToldLength)]
    public readonly record struct Entry(ConnectionRecord Record);
}
