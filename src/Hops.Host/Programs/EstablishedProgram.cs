using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Notation;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// The program that the kernel runs when a TCP connection is established (<c>sock_ops</c>), in no process's context. It builds the record on its stack and
/// writes it to the ring buffer. If it may read kernel memory, it also notes the process when a connection begins.
/// </summary>
internal static class EstablishedProgram
{
    // The record is at the top of the stack. Keys are below the bytes that reading a header needs.
    private const int Key = PacketHeader.Stack + 8;

    // AF_INET.
    private const int Ipv4Family = 2;

    /// <summary>Returns the program.</summary>
    /// <param name="maps">The maps that it reads and writes.</param>
    /// <param name="wanted">The connections to report.</param>
    /// <param name="layout">The offsets of headers in kernel memory, for a program that reads them; null if the ingress program hands over TTLs.</param>
    /// <param name="withCommands">Whether to note commands.</param>
    public static BpfCode Assemble(WatchMaps maps, WatchedKinds wanted, KernelLayout? layout, bool withCommands) => Assembler.Parse(
        $"""
                    r6 = r1
                    r7 = *(u32 *)(r6 + {SockOps.Operation})
            {Go(wanted.Outgoing, SockOpsEvent.ActiveEstablished, wanted)}
            {Go(wanted.Accepted, SockOpsEvent.PassiveEstablished, wanted)}
            {(wanted.Closed ? $"if r7 == {SockOpsEvent.StateChanged} goto state_changed" : "")}
            {(NotesProcess(wanted, layout) ? $"if r7 == {SockOpsEvent.Connecting} goto connecting" : "")}
                    goto out
            {(NotesProcess(wanted, layout) ? $"connecting:\n{ConnectSlots.Note(Key, layout!.ProcessFields!, withCommands, "out")}\ngoto out" : "")}
            {(wanted.Closed ? $"state_changed:\n{ConnectionMemory.TellEnd("out")}" : "")}
            established:
            {Clear()}
                    *(u8 *)(r10 - {At(ConnectionRecord.KindOffset)}) = r7
            {CopyEnds()}
                    r1 = r6
                    call bpf_get_socket_cookie
                    *(u64 *)(r10 - {At(ConnectionRecord.CookieOffset)}) = r0
                    call bpf_ktime_get_ns
                    *(u64 *)(r10 - {At(ConnectionRecord.TimeOffset)}) = r0
                    r1 = r6
                    call bpf_get_netns_cookie
                    *(u64 *)(r10 - {At(ConnectionRecord.NetworkOffset)}) = r0
            // The handshake's round trip; after a retransmission it would be a guess (RFC 6298, section 3). The kernel keeps eighths of a microsecond.
                    r1 = *(u32 *)(r6 + {SockOps.TotalRetransmissions})
                    if r1 != 0 goto measured
                    r1 = *(u32 *)(r6 + {SockOps.SmoothedRoundTrip})
                    r1 >>= 3
                    *(u32 *)(r10 - {At(ConnectionRecord.RoundTripOffset)}) = r1
            measured:
            {layout?.PacketHeader?.ReadTtl("judged")}
            judged:
                    if r7 == {SockOpsEvent.PassiveEstablished} goto accepted
            {ConnectSlots.Read(Key, layout is null ? HandOver.ReadTtlOfSlot() : "", "named")}
                    goto named
            accepted:
            {(layout is null ? HandOver.Read(Key, "named") : "")}
            named:
            {layout?.TcpSocketFields?.Read("r7", "report")}
            report:
            {wanted.Filter(Key, wanted.KeepsUnwanted ? "unwanted" : "out")}
            {(wanted.Memory ? Keep(wanted) : "")}
            {Submit(LostRecords.Connections, "out")}
                    goto out
            {(wanted.KeepsUnwanted ? $"unwanted:\n{ConnectionMemory.KeepUnwanted("out")}" : "")}
            out:
                    r0 = 1
                    exit
            """,
        maps.Named);

    /// <summary>Whether it notes the process that connects. Otherwise a program for connect(2) must.</summary>
    public static bool NotesProcess(WatchedKinds wanted, KernelLayout? layout) => wanted.Outgoing && layout is { ProcessFields: not null };

    private static string Go(bool isWanted, int happened, WatchedKinds wanted) =>
        isWanted ? $"if r7 == {happened} goto established" : wanted.KeepsUnwanted ? $"if r7 == {happened} goto unwanted" : "";

    /// <summary>Stores the first TTL, with which later ones are compared.</summary>
    private static string Keep(WatchedKinds wanted) => $"""
                    r1 = *(u8 *)(r10 - {At(ConnectionRecord.TtlOffset)})
                    *(u8 *)(r10 - {At(ConnectionRecord.FormerTtlOffset)}) = r1
            {ConnectionMemory.Keep(wanted.Closed)}
            """;

    private static string CopyEnds() => $"""
                    r1 = *(u32 *)(r6 + {SockOps.Family})
                    if r1 == {Ipv4Family} goto ipv4
            {CopyAddress(SockOps.RemoteIp6, ConnectionRecord.RemoteOffset)}
            {CopyAddress(SockOps.LocalIp6, ConnectionRecord.LocalOffset)}
                    goto ports
            ipv4:
                    *(u32 *)(r10 - {At(ConnectionRecord.RemoteOffset + 8)}) = {MappedWord}
                    r1 = *(u32 *)(r6 + {SockOps.RemoteIp4})
                    *(u32 *)(r10 - {At(ConnectionRecord.RemoteOffset + 12)}) = r1
                    *(u32 *)(r10 - {At(ConnectionRecord.LocalOffset + 8)}) = {MappedWord}
                    r1 = *(u32 *)(r6 + {SockOps.LocalIp4})
                    *(u32 *)(r10 - {At(ConnectionRecord.LocalOffset + 12)}) = r1
            ports:
                    r1 = *(u32 *)(r6 + {SockOps.LocalPort})
                    *(u16 *)(r10 - {At(ConnectionRecord.LocalPortOffset)}) = r1
                    r1 = *(u32 *)(r6 + {SockOps.RemotePort})
                    r1 = be32 r1
                    *(u16 *)(r10 - {At(ConnectionRecord.RemotePortOffset)}) = r1
            """;

    private static string CopyAddress(int from, int to) => string.Join(
        '\n', Enumerable.Range(0, 4).Select(i => $"r1 = *(u32 *)(r6 + {from + (4 * i)})\n*(u32 *)(r10 - {At(to + (4 * i))}) = r1"));
}
