namespace Ebpf.SystemCalls;

/// <summary>What the kernel asks of the caller of a command.</summary>
internal enum CommandRight
{
    /// <summary>CAP_BPF (before Linux 5.8 CAP_SYS_ADMIN), unless <c>kernel.unprivileged_bpf_disabled</c> is 0.</summary>
    Use,

    /// <summary>A descriptor of the map that permits it.</summary>
    Entries,

    /// <summary>CAP_NET_ADMIN: the program runs for others.</summary>
    Attach,

    /// <summary>CAP_SYS_ADMIN, also of holders of CAP_BPF: whoever may open any object of the host may change it.</summary>
    Host,
}
