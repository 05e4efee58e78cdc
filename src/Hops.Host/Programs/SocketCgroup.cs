using Ebpf.TypeInformation;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// Where this kernel keeps the id of a socket's cgroup: <c>sk-&gt;sk_cgrp_data.cgroup-&gt;kn-&gt;id</c>. No helper of <c>sock_ops</c> tells it, so it is read
/// from the kernel's memory, with the offsets that the kernel's own types have.
/// </summary>
/// <param name="SocketToCgroup">From the socket to the pointer to its cgroup.</param>
/// <param name="CgroupToNode">From the cgroup to the pointer to its node.</param>
/// <param name="NodeToId">From the node to its id, 64 bits.</param>
internal sealed record SocketCgroup(int SocketToCgroup, int CgroupToNode, int NodeToId)
{
    public static SocketCgroup In(BtfTypes types) =>
        new(types.OffsetOf("sock", "sk_cgrp_data.cgroup"), types.OffsetOf("cgroup", "kn"), types.OffsetOf("kernfs_node", "id"));

    /// <summary>Writes the id into the record; it stays 0 where something cannot be read.</summary>
    /// <param name="pointer">Eight bytes that are free, below r10.</param>
    /// <param name="number">Eight more.</param>
    /// <param name="next">Where to go on.</param>
    public string Read(int pointer, int number, string next) => $"""
            {ReadSocket(pointer, number, next)}
                    r3 += {SocketToCgroup}
            {ReadKernel(number, 8, next)}
                    r3 = *(u64 *)(r10 - {number})
                    r3 += {CgroupToNode}
            {ReadKernel(number, 8, next)}
                    r3 = *(u64 *)(r10 - {number})
                    r3 += {NodeToId}
            {ReadKernel(number, 8, next)}
                    r1 = *(u64 *)(r10 - {number})
                    *(u64 *)(r10 - {At(WatchRecord.CgroupOffset)}) = r1
            """;
}
