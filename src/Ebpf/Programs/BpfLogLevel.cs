namespace Ebpf.Programs;

/// <summary>What the verifier writes into its log (<c>log_level</c> of <c>BPF_PROG_LOAD</c>). Linux 3.19.</summary>
[Flags]
public enum BpfLogLevel
{
    /// <summary>No log of a program that is accepted. Of one that is refused there is always a log.</summary>
    None = 0,

    /// <summary>
    /// The instructions on the way on which a program is refused, with what the verifier learned of the registers from each. Of a program that is accepted only
    /// the number of instructions remains: the kernel forgets a way when it comes to the end of it.
    /// </summary>
    Path = 1 << 0,

    /// <summary>The instructions on every way, with all that the verifier knew at each: long also for small programs.</summary>
    Everything = 1 << 1,

    /// <summary>How long the verification took, the stack that the program needs, and the instructions that were walked. Linux 5.2.</summary>
    Statistics = 1 << 2,
}
