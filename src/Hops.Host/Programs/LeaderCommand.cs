using Ebpf.TypeInformation;

namespace Hops.Host.Programs;

/// <summary>
/// Where this kernel keeps the command of a process: that of its first thread, <c>task-&gt;group_leader-&gt;comm</c>. The helper
/// <c>bpf_get_current_comm</c> tells that of the thread that runs, which says little of a process with many.
/// </summary>
/// <param name="TaskToLeader">From the thread to the pointer to the first.</param>
/// <param name="LeaderToCommand">From that to its command.</param>
internal sealed record LeaderCommand(int TaskToLeader, int LeaderToCommand)
{
    /// <summary>The longest command, with its closing zero (<c>TASK_COMM_LEN</c>).</summary>
    public const int Length = 16;

    public static LeaderCommand In(BtfTypes types) => new(types.OffsetOf("task_struct", "group_leader"), types.OffsetOf("task_struct", "comm"));

    /// <summary>Writes the command.</summary>
    /// <param name="where">The register that points near to where it goes: 16 bytes.</param>
    /// <param name="distance">How far behind that.</param>
    /// <param name="number">Eight bytes of the stack that are free, below r10.</param>
    public string Read(string where, int distance, int number) => $"""
                    call bpf_get_current_task
                    r3 = r0
                    r3 += {TaskToLeader}
                    r1 = r10
                    r1 += -{number}
                    r2 = 8
                    call bpf_probe_read_kernel
                    r3 = *(u64 *)(r10 - {number})
                    r3 += {LeaderToCommand}
                    r1 = {where}
                    r1 += {distance}
                    r2 = {Length}
                    call bpf_probe_read_kernel
            """;
}
