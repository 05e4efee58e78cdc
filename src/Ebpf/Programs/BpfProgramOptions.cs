namespace Ebpf.Programs;

/// <summary>Represents the options for loading a program.</summary>
public sealed record BpfProgramOptions
{
    /// <summary>Gets the name that the kernel's tools show: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>. Linux 4.15.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Gets the program's licence, up to 127 ASCII characters. Some helpers require a licence that is compatible with the GPL, such as <c>GPL</c> or <c>Dual
    /// MIT/GPL</c> (<c>license_is_gpl_compatible</c> in the kernel). There is no default, because only the author of a program can choose its licence.
    /// </summary>
    public required string License { get; init; }

    /// <summary>
    /// Gets the event that the program will be attached to. <see cref="BpfProgramType.CgroupSockAddr"/> programs need it: it determines the fields that they
    /// may use and the values that they may return. Linux 4.17.
    /// </summary>
    public BpfAttachType? ExpectedAttachType { get; init; }

    /// <summary>Gets the options for loading.</summary>
    public BpfProgramFlags Flags { get; init; }

    /// <summary>
    /// Gets the contents of the log of an accepted program, <see cref="BpfProgram.VerifierLog"/>. Logging makes loading slower; a log of every instruction
    /// makes it several times slower. A refused program always has a log: <see cref="VerifierException.Log"/>.
    /// </summary>
    public BpfLogLevel LogLevel { get; init; }

    /// <summary>
    /// Gets the maximum size of the log in bytes, from 128 to 1,073,741,823 (before Linux 5.2 to 16,777,215); null for 1 MiB or, before Linux 6.4, for 16 MiB
    /// if 1 MiB is too small. If a log is longer, Linux 6.4 and later keep its end, which has the reason of a refusal; earlier kernels keep its beginning.
    /// </summary>
    public int? LogSize { get; init; }
}
