namespace Ebpf.SystemCalls;

/// <summary>The right that the kernel requires of the caller of a command.</summary>
internal enum CommandRight
{
    /// <summary>CAP_BPF (before Linux 5.8 CAP_SYS_ADMIN), unless <c>kernel.unprivileged_bpf_disabled</c> is 0.</summary>
    Use,

    /// <summary>A descriptor of the map with the required access.</summary>
    Entries,

    /// <summary>CAP_NET_ADMIN, because the program runs for other processes.</summary>
    Attach,

    /// <summary>CAP_SYS_ADMIN, even with CAP_BPF, because a process that can open any object of the host can change it.</summary>
    Host,
}
