using Ebpf.Contexts;
using Ebpf.TypeInformation;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// Has the offsets of TCP socket fields that no helper of <c>sock_ops</c> returns: the cgroup's ID, and whether it is a subflow of Multipath TCP. Both are
/// loaded through <c>bpf_skc_to_tcp_sock</c> (Linux 5.9, CAP_PERFMON), whose pointers may be followed as in C; the verifier checks them by the kernel's type
/// information.
/// </summary>
/// <param name="SocketToCgroup">The offset from the socket to the pointer to its cgroup: <c>sk_cgrp_data.cgroup</c>.</param>
/// <param name="CgroupId">The offsets from that cgroup to its ID.</param>
/// <param name="SocketToSubflow">The offset from the socket to <c>tcp_sock-&gt;is_mptcp</c>, a byte; null for a kernel without Multipath TCP.</param>
internal sealed record TcpSocketFields(int SocketToCgroup, CgroupId CgroupId, int? SocketToSubflow)
{
    public static TcpSocketFields In(BtfTypes types) => new(
        types.OffsetOf("sock", "sk_cgrp_data.cgroup"),
        CgroupId.In(types),
        SubflowIn(types));

    /// <summary>
    /// Writes into the record at the top of the stack whether the socket of <c>sock_ops</c>, whose context is in r6, is a subflow (1 for no, 2 for yes), and
    /// for an accepted connection the cgroup's ID. Values that cannot be read stay 0.
    /// </summary>
    /// <param name="operation">The register with the operation of <c>sock_ops</c>.</param>
    /// <param name="next">The label to continue at.</param>
    public string Read(string operation, string next) => $"""
                    r1 = *(u64 *)(r6 + {SockOps.Socket})
                    if r1 == 0 goto {next}
                    call bpf_skc_to_tcp_sock
                    if r0 == 0 goto {next}
            {(SocketToSubflow is { } subflow ? $"""
                    r1 = *(u8 *)(r0 + {subflow})
                    r1 &= 1
                    r1 += 1
                    *(u8 *)(r10 - {At(ConnectionRecord.SubflowOffset)}) = r1
            """ : "")}
                    if {operation} != {SockOpsEvent.PassiveEstablished} goto {next}
                    r1 = *(u64 *)(r0 + {SocketToCgroup})
            {CgroupId.Read("r1")}
                    *(u64 *)(r10 - {At(ConnectionRecord.CgroupOffset)}) = r1
            """;

    private static int? SubflowIn(BtfTypes types)
    {
        try
        {
            return types.OffsetOf("tcp_sock", "is_mptcp");
        }
        catch (KeyNotFoundException)
        {
            return null;
        }
    }
}
