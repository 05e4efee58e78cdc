namespace Ebpf.Programs;

/// <summary>Specifies the contents of the verifier's log (<c>log_level</c> of <c>BPF_PROG_LOAD</c>). Linux 3.19.</summary>
[Flags]
public enum BpfLogLevel
{
    /// <summary>No log if the program is accepted. A refused program always has a log.</summary>
    None = 0,

    /// <summary>
    /// The instructions on the path on which a program is refused, each with the state of the registers. For an accepted program only the number of
    /// instructions remains, because the kernel discards the log of a path at the path's end.
    /// </summary>
    Path = 1 << 0,

    /// <summary>The instructions on every path, each with the whole state of the verifier. The log is long even for small programs.</summary>
    Everything = 1 << 1,

    /// <summary>The duration of the verification, the size of the program's stack, and the number of verified instructions. Linux 5.2.</summary>
    Statistics = 1 << 2,
}
