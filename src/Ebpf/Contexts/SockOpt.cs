namespace Ebpf.Contexts;

/// <summary>
/// Defines the offsets of fields in <c>struct bpf_sockopt</c> (<c>linux/bpf.h</c>), the context of <see cref="Programs.BpfProgramType.CgroupSockopt"/>
/// programs, in bytes. Fields are 32 bits wide unless noted. Linux 5.3.
/// </summary>
public static class SockOpt
{
    /// <summary>A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>) of the socket.</summary>
    public const int Socket = 0;

    /// <summary>A pointer, 64 bits wide, to the start of the option's value.</summary>
    public const int Value = 8;

    /// <summary>
    /// A pointer, 64 bits wide, to the end of the part of the value that the program sees, which is at most a page. The verifier requires a comparison with it
    /// before an access through <see cref="Value"/>.
    /// </summary>
    public const int ValueEnd = 16;

    /// <summary>The level, the second argument of the call, signed. May be written in <c>setsockopt</c>.</summary>
    public const int Level = 24;

    /// <summary>The option, the third argument of the call, signed. May be written in <c>setsockopt</c>.</summary>
    public const int Name = 28;

    /// <summary>
    /// The length of the value, in bytes, signed. May be written. In <c>setsockopt</c>, -1 skips the kernel's own handling; if the value is larger than a page,
    /// write 0, which leaves the value unchanged.
    /// </summary>
    public const int Length = 32;

    /// <summary>The return value of <c>getsockopt</c>, signed. May be set to 0.</summary>
    public const int ReturnValue = 36;
}
