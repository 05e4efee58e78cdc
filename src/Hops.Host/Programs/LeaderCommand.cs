using Ebpf.TypeInformation;

namespace Hops.Host.Programs;

/// <summary>
/// Where this kernel keeps the command of a process: that of its first thread, <c>task-&gt;group_leader-&gt;comm</c>. The helper
/// <c>bpf_get_current_comm</c> tells that of the thread that runs, which says little of a process with many. Loaded through
/// <c>bpf_get_current_task_btf</c> (Linux 5.11, CAP_PERFMON).
/// </summary>
/// <param name="TaskToLeader">From the thread to the pointer to the first.</param>
/// <param name="LeaderToCommand">From that to its command.</param>
internal sealed record LeaderCommand(int TaskToLeader, int LeaderToCommand)
{
    /// <summary>The longest command, with its closing zero (<c>TASK_COMM_LEN</c>).</summary>
    public const int Length = 16;

    public static LeaderCommand In(BtfTypes types) => new(types.OffsetOf("task_struct", "group_leader"), types.OffsetOf("task_struct", "comm"));

    /// <summary>Writes the command. Uses r0 and r1, and all that a call uses.</summary>
    /// <param name="where">The register that points near to where it goes: 16 bytes.</param>
    /// <param name="distance">How far behind that.</param>
    public string Read(string where, int distance) => $"""
                    call bpf_get_current_task_btf
                    r0 = *(u64 *)(r0 + {TaskToLeader})
                    r1 = *(u64 *)(r0 + {LeaderToCommand})
                    *(u64 *)({where} + {distance}) = r1
                    r1 = *(u64 *)(r0 + {LeaderToCommand + 8})
                    *(u64 *)({where} + {distance + 8}) = r1
            """;
}
