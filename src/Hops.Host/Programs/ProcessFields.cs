using Ebpf.TypeInformation;

namespace Hops.Host.Programs;

/// <summary>
/// Has the offsets of the running process's fields in this kernel: its ID, user, cgroup and command, which is that of its first thread. (The helper
/// <c>bpf_get_current_comm</c> returns the command of the running thread, which does not identify a process with many.) All are loaded through
/// <c>bpf_get_current_task_btf</c> (Linux 5.11, CAP_PERFMON), whose pointers may be followed as in C; the verifier checks them by the kernel's types.
/// </summary>
/// <param name="Leader">The offset from the thread to the pointer to the first thread of the process.</param>
/// <param name="Command">The offset from the first thread to its command.</param>
/// <param name="Number">The offset from the thread to the process ID, in the host's namespace.</param>
/// <param name="Credentials">The offset from the thread to the pointer to its credentials.</param>
/// <param name="User">The offset from the credentials to the user ID, in the host's namespace.</param>
/// <param name="Cgroups">The offset from the thread to the pointer to its cgroups.</param>
/// <param name="Cgroup">The offset from the cgroups to the pointer to that of version 2.</param>
/// <param name="CgroupId">The offsets from that cgroup to its ID.</param>
internal sealed record ProcessFields(int Leader, int Command, int Number, int Credentials, int User, int Cgroups, int Cgroup, CgroupId CgroupId)
{
    /// <summary>The length of a command in bytes, with its closing zero (<c>TASK_COMM_LEN</c>).</summary>
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

    /// <summary>Finds the running thread: r0 points to it.</summary>
    public static string Find() => "                    call bpf_get_current_task_btf";

    /// <summary>Writes all but the command of the thread in r0. Uses r1.</summary>
    /// <param name="where">The register with the base address of the destination.</param>
    /// <param name="number">The offset for the process ID, 32 bits.</param>
    /// <param name="user">The offset for the user ID, 32 bits.</param>
    /// <param name="cgroup">The offset for the cgroup's ID, 64 bits.</param>
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
    /// <param name="where">The register with the base address of the destination.</param>
    /// <param name="distance">The offset for the command, 16 bytes.</param>
    public string ReadCommand(string where, int distance) => $"""
                    r0 = *(u64 *)(r0 + {Leader})
                    r1 = *(u64 *)(r0 + {Command})
                    *(u64 *)({where} + {distance}) = r1
                    r1 = *(u64 *)(r0 + {Command + 8})
                    *(u64 *)({where} + {distance + 8}) = r1
            """;
}
