namespace Ebpf.Programs;

/// <summary>What the verifier writes into its log (<c>log_level</c> of <c>BPF_PROG_LOAD</c>). Linux 3.19.</summary>
[Flags]
public enum BpfLogLevel
{
    /// <summary>No log of a program that is accepted. Of one that is refused there is always a log.</summary>
    None = 0,

    /// <summary>The instructions on the way that the verifier took last, with what it learned of the registers from each.</summary>
    Path = 1 << 0,

    /// <summary>The instructions on every way, with all that the verifier knew at each: long also for small programs.</summary>
    Everything = 1 << 1,

    /// <summary>How long the verification took, the stack that the program needs, and the instructions that were walked. Linux 5.2.</summary>
    Statistics = 1 << 2,
}
