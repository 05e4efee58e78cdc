using System.Runtime.CompilerServices;

namespace Ebpf.Instructions;

/// <content>
/// Atomic operations on four (<see cref="Width.U32"/>) or eight (<see cref="Width.U64"/>) bytes. All operations but <see cref="AtomicAdd"/> need Linux 5.12. As
/// in the Linux kernel, operations that return the old value are full memory barriers, and operations without a result do not order memory accesses.
/// </content>
public sealed partial class Assembler
{
    /// <summary><c>lock *(u64 *)(base + offset) += src</c>. Linux 3.19.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void AtomicAdd(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Add, new(file, line));

    /// <summary>
    /// <c>src = atomic_fetch_add((u64 *)(base + offset), src)</c>: as <see cref="AtomicAdd"/>, and sets <c>src</c> to the old value of the memory. Linux 5.12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void FetchAdd(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Add | Opcodes.AtomicFetch, new(file, line));

    /// <summary><c>lock *(u64 *)(base + offset) &amp;= src</c>. Linux 5.12.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void AtomicAnd(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.And, new(file, line));

    /// <summary>
    /// <c>src = atomic_fetch_and((u64 *)(base + offset), src)</c>: as <see cref="AtomicAnd"/>, and sets <c>src</c> to the old value of the memory. Linux 5.12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void FetchAnd(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.And | Opcodes.AtomicFetch, new(file, line));

    /// <summary><c>lock *(u64 *)(base + offset) |= src</c>. Linux 5.12.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void AtomicOr(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Or, new(file, line));

    /// <summary>
    /// <c>src = atomic_fetch_or((u64 *)(base + offset), src)</c>: as <see cref="AtomicOr"/>, and sets <c>src</c> to the old value of the memory. Linux 5.12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void FetchOr(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Or | Opcodes.AtomicFetch, new(file, line));

    /// <summary><c>lock *(u64 *)(base + offset) ^= src</c>. Linux 5.12.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void AtomicXor(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Xor, new(file, line));

    /// <summary>
    /// <c>src = atomic_fetch_xor((u64 *)(base + offset), src)</c>: as <see cref="AtomicXor"/>, and sets <c>src</c> to the old value of the memory. Linux 5.12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void FetchXor(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Xor | Opcodes.AtomicFetch, new(file, line));

    /// <summary><c>src = xchg_64(base + offset, src)</c>: exchanges the values of the memory and <c>src</c>. Linux 5.12.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void Exchange(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, Opcodes.AtomicExchange, new(file, line));

    /// <summary>
    /// <c>r0 = cmpxchg_64(base + offset, r0, src)</c>: sets the memory to <c>src</c> if it equals <c>r0</c>, atomically, and in any case sets <c>r0</c> to the
    /// old value of the memory. Linux 5.12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void CompareExchange(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, Opcodes.AtomicCompareExchange, new(file, line));

    /// <summary>
    /// <c>dst = load_acquire((width *)(base + offset))</c>: a load that is ordered before all later memory accesses. Any unsigned width; Linux 6.15.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is signed, which only ordinary loads support.</exception>
    public void LoadAcquire(Register destination, MemoryOperand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(
            new(
                (byte)(Opcodes.ClassStoreRegister | Opcodes.ModeAtomic | UnsignedBits(source)),
                destination,
                source.Address.Base,
                OffsetOf(source),
                Opcodes.AtomicLoadAcquire),
            new(file, line));

    /// <summary>
    /// <c>store_release((width *)(base + offset), src)</c>: a store that is ordered after all earlier memory accesses. Any unsigned width; Linux 6.15.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is signed, which only ordinary loads support.</exception>
    public void StoreRelease(MemoryOperand destination, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(
            new(
                (byte)(Opcodes.ClassStoreRegister | Opcodes.ModeAtomic | UnsignedBits(destination)),
                destination.Address.Base,
                source,
                OffsetOf(destination),
                Opcodes.AtomicStoreRelease),
            new(file, line));

    private void EmitAtomic(MemoryOperand memory, Register source, int operation, SourceLocation location)
    {
        if (memory.Width != Width.U32 && memory.Width != Width.U64)
        {
            throw new ArgumentException("The width of an atomic operation must be U32 or U64: four or eight bytes.", nameof(memory));
        }

        byte opcode = (byte)(Opcodes.ClassStoreRegister | Opcodes.ModeAtomic | memory.Width.Bits);
        Emit(new(opcode, memory.Address.Base, source, OffsetOf(memory), operation), location);
    }
}
