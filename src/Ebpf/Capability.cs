namespace Ebpf;

/// <summary>Specifies the Linux capabilities that eBPF operations need. The values are the capabilities' bit numbers.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/capabilities.7.html"/>
public enum Capability
{
    /// <summary>
    /// CAP_NET_ADMIN: load programs that change traffic (XDP, socket addresses, socket operations), attach <c>CgroupSkb</c> programs, list the programs that
    /// are attached to a cgroup.
    /// </summary>
    NetAdmin = 12,

    /// <summary>
    /// CAP_SYS_ADMIN: list maps, programs and links, open them by id, measure the run time of programs. Includes <see cref="Bpf"/>, <see cref="PerfMon"/> and,
    /// when loading, <see cref="NetAdmin"/>.
    /// </summary>
    SysAdmin = 21,

    /// <summary>CAP_PERFMON: load programs that read the kernel's memory. Linux 5.8; before that, <see cref="SysAdmin"/>.</summary>
    PerfMon = 38,

    /// <summary>CAP_BPF: create maps and load programs. Linux 5.8; before that, <see cref="SysAdmin"/>.</summary>
    Bpf = 39,
}
