using Ebpf.TypeInformation;

namespace Hops.Host.Programs;

/// <summary>Represents the offsets of a cgroup's ID in this kernel's memory: <c>cgroup-&gt;kn-&gt;id</c>.</summary>
/// <param name="CgroupToNode">The offset from the cgroup to the pointer to its node.</param>
/// <param name="NodeToId">The offset from the node to its ID, 64 bits.</param>
internal sealed record CgroupId(int CgroupToNode, int NodeToId)
{
    public static CgroupId In(BtfTypes types) => new(types.OffsetOf("cgroup", "kn"), types.OffsetOf("kernfs_node", "id"));

    /// <summary>Loads the ID of the cgroup that a register points to, into the same register.</summary>
    public string Read(string register) => $"""
                    {register} = *(u64 *)({register} + {CgroupToNode})
                    {register} = *(u64 *)({register} + {NodeToId})
            """;
}
