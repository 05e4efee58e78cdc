namespace Ebpf.Features;

/// <summary>
/// Specifies the versions and extensions of the instruction set. <see cref="V1"/> to <see cref="V4"/> are the versions of LLVM (<c>-mcpu=v3</c>), each of which
/// includes the previous ones. The other members are extensions without a version number.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9669.html"/>
public enum BpfInstructionSet
{
    /// <summary>The original instructions. Linux 3.18.</summary>
    V1,

    /// <summary>Conditional jumps if less, or less or equal, unsigned and signed. Linux 4.14.</summary>
    V2,

    /// <summary>Arithmetic and conditional jumps on the low 32 bits of registers. Linux 5.1.</summary>
    V3,

    /// <summary>Moves and loads with sign extension, signed division, unconditional byte swaps, jumps over more than 32,767 slots. Linux 6.6.</summary>
    V4,

    /// <summary>Atomic operations that return the old value: add, and, or, exclusive or, exchange, compare and exchange. Linux 5.12, arm64 5.18.</summary>
    AtomicFetch,

    /// <summary>Load-acquire and store-release. Linux 6.15.</summary>
    LoadAcquire,
}
