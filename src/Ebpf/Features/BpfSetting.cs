namespace Ebpf.Features;

/// <summary>What an administrator may have switched on or off for eBPF (sysctl).</summary>
/// <seealso href="https://docs.kernel.org/admin-guide/sysctl/net.html"/>
public enum BpfSetting
{
    /// <summary>Processes without capabilities may load simple programs: <c>kernel.unprivileged_bpf_disabled</c> is 0.</summary>
    UnprivilegedUse,

    /// <summary>Programs are translated to the processor's own code: <c>net.core.bpf_jit_enable</c> is not 0.</summary>
    JustInTimeCompiler,

    /// <summary>That code is hardened against being used for attacks, at a cost: <c>net.core.bpf_jit_harden</c> is not 0. Only root may read it.</summary>
    JustInTimeHardening,

    /// <summary>The kernel counts how often and how long each program runs: <c>kernel.bpf_stats_enabled</c> is not 0. Linux 5.1.</summary>
    Statistics,
}
