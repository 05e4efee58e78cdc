namespace Ebpf.Programs;

/// <summary>Specifies options for loading a program (<c>BPF_F_…</c> of <c>BPF_PROG_LOAD</c>).</summary>
[Flags]
public enum BpfProgramFlags
{
    /// <summary>No options.</summary>
    None = 0,

    /// <summary>The verifier refuses unaligned loads and stores, as it does on processors without unaligned access. Linux 4.12.</summary>
    StrictAlignment = 1 << 0,

    /// <summary>The <see cref="BpfProgramType.Xdp"/> program can process frames in more than one buffer (large MTUs). Linux 5.18.</summary>
    XdpFragments = 1 << 5,
}
