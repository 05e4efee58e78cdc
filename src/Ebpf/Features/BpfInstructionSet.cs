namespace Ebpf.Features;

/// <summary>
/// The steps in which the instruction set grew. <see cref="V1"/> to <see cref="V4"/> are LLVM's (<c>-mcpu=v3</c>), each with all that is in those
/// before it. What came between and after has no number of its own.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9669.html"/>
public enum BpfInstructionSet
{
    /// <summary>The first instructions. Linux 3.18.</summary>
    V1,

    /// <summary>Jumps where less, or less or equal, unsigned and signed. Linux 4.14.</summary>
    V2,

    /// <summary>Arithmetic and jumps on 32-bit halves. Linux 5.1.</summary>
    V3,

    /// <summary>Moves and loads that extend the sign, signed division, byte swaps without conditions, jumps over more than 32,767 slots. Linux 6.6.</summary>
    V4,

    /// <summary>Atomic operations that return the old value: add, and, or, exclusive or, exchange, compare and exchange. Linux 5.12, arm64 5.18.</summary>
    AtomicFetch,

    /// <summary>Loads that acquire and stores that release. Linux 6.15.</summary>
    LoadAcquire,
}
