namespace Ebpf.Programs;

/// <summary>What the kernel is told about a program besides its code.</summary>
public sealed record BpfProgramOptions
{
    /// <summary>Shown by the kernel's tools: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>; Linux 4.15.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The program's licence. Some helpers are only for licences compatible with the GPL; <c>GPL</c> and <c>Dual MIT/GPL</c> are among those
    /// (<c>license_is_gpl_compatible</c> in the kernel). Up to 127 ASCII characters. It has no default: what a program's licence is, its author says.
    /// </summary>
    public required string License { get; init; }

    /// <summary>
    /// Where the program will be attached. <see cref="BpfProgramType.CgroupSockAddr"/> programs need it: which fields they may use, and what they may
    /// return, depends on it. Linux 4.17.
    /// </summary>
    public BpfAttachType? ExpectedAttachType { get; init; }

    /// <summary>How it is loaded.</summary>
    public BpfProgramFlags Flags { get; init; }

    /// <summary>
    /// What to log of a program that is accepted: <see cref="BpfProgram.VerifierLog"/> has it. A log makes loading slower, that of every instruction several
    /// times. Of a program that is refused there is a log without this: <see cref="VerifierException.Log"/>.
    /// </summary>
    public BpfLogLevel LogLevel { get; init; }

    /// <summary>
    /// How many bytes of the log to keep, from 128 to 1,073,741,823 (before Linux 5.2 to 16,777,215); null for 1 MiB, before Linux 6.4 for 16 MiB where
    /// that is too short. Of a longer log Linux 6.4 and later keep the end, where the reason of a refusal stands, and earlier kernels the beginning.
    /// </summary>
    public int? LogSize { get; init; }
}
