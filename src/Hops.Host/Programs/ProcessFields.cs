using Ebpf.TypeInformation;

namespace Hops.Host.Programs;

/// <summary>
/// What this kernel keeps of the process that runs: its number, its user, its cgroup, and its command, which is that of its first thread. (The helper
/// <c>bpf_get_current_comm</c> tells that of the thread that runs, which says little of a process with many.) All are loaded through
/// <c>bpf_get_current_task_btf</c> (Linux 5.11, CAP_PERFMON), whose pointers may be followed as in C; the verifier checks them by the kernel's own types.
/// </summary>
/// <param name="Leader">From the thread to the pointer to the process's first.</param>
/// <param name="Command">From the first to its command.</param>
/// <param name="Number">From the thread to the process's number, as the host numbers processes.</param>
/// <param name="Credentials">From the thread to the pointer to its credentials.</param>
/// <param name="User">From these to the user, as the host numbers users.</param>
/// <param name="Cgroups">From the thread to the pointer to its cgroups.</param>
/// <param name="Cgroup">From these to the pointer to that of version 2.</param>
/// <param name="CgroupId">From that to its id.</param>
internal sealed record ProcessFields(int Leader, int Command, int Number, int Credentials, int User, int Cgroups, int Cgroup, CgroupId CgroupId)
{
    /// <summary>The longest command, with its closing zero (<c>TASK_COMM_LEN</c>).</summary>
    public const int CommandLength = 16;

    public static ProcessFields In(BtfTypes types) => new(
        types.OffsetOf("task_struct", "group_leader"),
        types.OffsetOf("task_struct", "comm"),
        types.OffsetOf("task_struct", "tgid"),
        types.OffsetOf("task_struct", "cred"),
        types.OffsetOf("cred", "uid"),
        types.OffsetOf("task_struct", "cgroups"),
        types.OffsetOf("css_set", "dfl_cgrp"),
        CgroupId.In(types));

    /// <summary>Finds the thread that runs: r0 points to it.</summary>
    public static string Find() => "                    call bpf_get_current_task_btf";

    /// <summary>Writes all but the command of the thread in r0. Uses r1.</summary>
    /// <param name="where">The register that points near to where they go.</param>
    /// <param name="number">How far behind that the number goes: 32 bits, as of the user.</param>
    /// <param name="user">How far the user.</param>
    /// <param name="cgroup">How far the cgroup's id: 64 bits.</param>
    public string Read(string where, int number, int user, int cgroup) => $"""
                    r1 = *(u32 *)(r0 + {Number})
                    *(u32 *)({where} + {number}) = r1
                    r1 = *(u64 *)(r0 + {Credentials})
                    r1 = *(u32 *)(r1 + {User})
                    *(u32 *)({where} + {user}) = r1
                    r1 = *(u64 *)(r0 + {Cgroups})
                    r1 = *(u64 *)(r1 + {Cgroup})
            {CgroupId.Read("r1")}
                    *(u64 *)({where} + {cgroup}) = r1
            """;

    /// <summary>Writes the command of the thread in r0. Uses r0 and r1.</summary>
    /// <param name="where">The register that points near to where it goes: 16 bytes.</param>
    /// <param name="distance">How far behind that.</param>
    public string ReadCommand(string where, int distance) => $"""
                    r0 = *(u64 *)(r0 + {Leader})
                    r1 = *(u64 *)(r0 + {Command})
                    *(u64 *)({where} + {distance}) = r1
                    r1 = *(u64 *)(r0 + {Command + 8})
                    *(u64 *)({where} + {distance + 8}) = r1
            """;
}
