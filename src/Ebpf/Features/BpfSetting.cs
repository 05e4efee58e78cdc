namespace Ebpf.Features;

/// <summary>Specifies the settings of eBPF that an administrator can change (sysctl).</summary>
/// <seealso href="https://docs.kernel.org/admin-guide/sysctl/net.html"/>
public enum BpfSetting
{
    /// <summary>Processes without capabilities may load simple programs: <c>kernel.unprivileged_bpf_disabled</c> is 0.</summary>
    UnprivilegedUse,

    /// <summary>Programs are compiled to machine code: <c>net.core.bpf_jit_enable</c> is not 0.</summary>
    JustInTimeCompiler,

    /// <summary>The machine code is hardened against attacks, which makes it slower: <c>net.core.bpf_jit_harden</c> is not 0. Only root may read it.</summary>
    JustInTimeHardening,

    /// <summary>The kernel measures the runs and the run time of each program: <c>kernel.bpf_stats_enabled</c> is not 0. Linux 5.1.</summary>
    Statistics,
}
