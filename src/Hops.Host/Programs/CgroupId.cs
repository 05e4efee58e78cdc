using Ebpf.TypeInformation;

namespace Hops.Host.Programs;

/// <summary>Where this kernel keeps the id of a cgroup: <c>cgroup-&gt;kn-&gt;id</c>.</summary>
/// <param name="CgroupToNode">From the cgroup to the pointer to its node.</param>
/// <param name="NodeToId">From the node to its id, 64 bits.</param>
internal sealed record CgroupId(int CgroupToNode, int NodeToId)
{
    public static CgroupId In(BtfTypes types) => new(types.OffsetOf("cgroup", "kn"), types.OffsetOf("kernfs_node", "id"));

    /// <summary>Goes from the cgroup that a register points to to its id, in the same register.</summary>
    public string Read(string register) => $"""
                    {register} = *(u64 *)({register} + {CgroupToNode})
                    {register} = *(u64 *)({register} + {NodeToId})
            """;
}
