namespace Ebpf;

/// <summary>The capabilities that eBPF asks for, by their bits.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/capabilities.7.html"/>
public enum Capability
{
    /// <summary>
    /// CAP_NET_ADMIN: load programs that change traffic (XDP, socket addresses, socket operations), attach <c>CgroupSkb</c> programs,
    /// ask what is attached to a control group.
    /// </summary>
    NetAdmin = 12,

    /// <summary>
    /// CAP_SYS_ADMIN: list maps, programs and links, open them by their id, have programs timed. Stands in for <see cref="Bpf"/>, <see cref="PerfMon"/> and,
    /// when loading, <see cref="NetAdmin"/>.
    /// </summary>
    SysAdmin = 21,

    /// <summary>CAP_PERFMON: load programs that look into the kernel's memory. Linux 5.8; before, <see cref="SysAdmin"/>.</summary>
    PerfMon = 38,

    /// <summary>CAP_BPF: make maps and load programs. Linux 5.8; before, <see cref="SysAdmin"/>.</summary>
    Bpf = 39,
}
