namespace Ebpf.Programs;

/// <summary>How a program is loaded (<c>BPF_F_…</c> of <c>BPF_PROG_LOAD</c>).</summary>
[Flags]
public enum BpfProgramFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>The verifier refuses loads and stores that are not aligned, as it does on machines that cannot do them. Linux 4.12.</summary>
    StrictAlignment = 1 << 0,

    /// <summary>An <see cref="BpfProgramType.Xdp"/> program can handle frames that are in more than one piece (large MTUs). Linux 5.18.</summary>
    XdpFragments = 1 << 5,
}
