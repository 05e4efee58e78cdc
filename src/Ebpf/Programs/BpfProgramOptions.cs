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
}
