namespace Ebpf.Contexts;

/// <summary>
/// Offsets into <c>struct bpf_sockopt</c> (<c>linux/bpf.h</c>), the context of <see cref="Programs.BpfProgramType.CgroupSockopt"/> programs, in bytes.
/// Fields are 32 bits wide where nothing else is said. Linux 5.3.
/// </summary>
public static class SockOpt
{
    /// <summary>A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>) of the socket.</summary>
    public const int Socket = 0;

    /// <summary>Where the option's value starts, as a pointer, 64 bits wide.</summary>
    public const int Value = 8;

    /// <summary>
    /// Where the part of the value ends that the program sees, at most a page, as a pointer, 64 bits wide: compare before each access through
    /// <see cref="Value"/>.
    /// </summary>
    public const int ValueEnd = 16;

    /// <summary>The level, the second argument of the call, signed. May be written in <c>setsockopt</c>.</summary>
    public const int Level = 24;

    /// <summary>The option, the third argument of the call, signed. May be written in <c>setsockopt</c>.</summary>
    public const int Name = 28;

    /// <summary>
    /// How long the value is, in bytes, signed. May be written; in <c>setsockopt</c> -1 means that the kernel does not see the call, and a value of more than a
    /// page must be written as 0, which leaves it as it is.
    /// </summary>
    public const int Length = 32;

    /// <summary>What <c>getsockopt</c> returns, signed: may be set to 0.</summary>
    public const int ReturnValue = 36;
}
