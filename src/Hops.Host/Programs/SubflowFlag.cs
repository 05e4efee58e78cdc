using Ebpf.TypeInformation;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// Whether a TCP socket is a subflow of Multipath TCP: <c>tcp_sock-&gt;is_mptcp</c>. No helper of <c>sock_ops</c> tells it on the kernels that we run on.
/// </summary>
/// <param name="SocketToFlag">From the socket to the flag, a byte.</param>
internal sealed record SubflowFlag(int SocketToFlag)
{
    public static SubflowFlag In(BtfTypes types) => new(types.OffsetOf("tcp_sock", "is_mptcp"));

    /// <summary>Writes 1 for no and 2 for yes into the record; it stays 0 where it cannot be read.</summary>
    /// <param name="pointer">Eight bytes that are free, below r10.</param>
    /// <param name="number">Eight more.</param>
    /// <param name="next">Where to go on.</param>
    public string Read(int pointer, int number, string next) => $"""
            {ReadSocket(pointer, number, next)}
                    r3 += {SocketToFlag}
                    *(u64 *)(r10 - {number}) = 0
            {ReadKernel(number, 1, next)}
                    r1 = *(u8 *)(r10 - {number})
                    r1 &= 1
                    r1 += 1
                    *(u8 *)(r10 - {At(WatchRecord.SubflowOffset)}) = r1
            """;
}
