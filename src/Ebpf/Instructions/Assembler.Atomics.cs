using System.Runtime.CompilerServices;

namespace Ebpf.Instructions;

/// <content>
/// Atomic operations on four (<see cref="Width.U32"/>) or eight (<see cref="Width.U64"/>) bytes. Those that give the old value, and all but
/// <see cref="AtomicAdd"/>: Linux 5.12. They order memory as those of the Linux kernel with a result do: fully; those without one not at all.
/// </content>
public sealed partial class Assembler
{
    /// <summary><c>lock *(u64 *)(base + offset) += src</c>. Linux 3.19.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void AtomicAdd(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Add, new(file, line));

    /// <summary><c>src = atomic_fetch_add((u64 *)(base + offset), src)</c>: the same, and <c>src</c> becomes what the memory was before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void FetchAdd(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Add | Opcodes.AtomicFetch, new(file, line));

    /// <summary><c>lock *(u64 *)(base + offset) &amp;= src</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void AtomicAnd(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.And, new(file, line));

    /// <summary><c>src = atomic_fetch_and((u64 *)(base + offset), src)</c>: the same, and <c>src</c> becomes what the memory was before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void FetchAnd(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.And | Opcodes.AtomicFetch, new(file, line));

    /// <summary><c>lock *(u64 *)(base + offset) |= src</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void AtomicOr(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Or, new(file, line));

    /// <summary><c>src = atomic_fetch_or((u64 *)(base + offset), src)</c>: the same, and <c>src</c> becomes what the memory was before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void FetchOr(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Or | Opcodes.AtomicFetch, new(file, line));

    /// <summary><c>lock *(u64 *)(base + offset) ^= src</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void AtomicXor(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Xor, new(file, line));

    /// <summary><c>src = atomic_fetch_xor((u64 *)(base + offset), src)</c>: the same, and <c>src</c> becomes what the memory was before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void FetchXor(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, (int)AtomicOperation.Xor | Opcodes.AtomicFetch, new(file, line));

    /// <summary><c>src = xchg_64(base + offset, src)</c>: the memory and <c>src</c> change places.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void Exchange(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, Opcodes.AtomicExchange, new(file, line));

    /// <summary>
    /// <c>r0 = cmpxchg_64(base + offset, r0, src)</c>: if the memory equals <c>r0</c>, it becomes <c>src</c>, in one atomic step;
    /// in any case <c>r0</c> becomes what the memory was.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is neither <see cref="Width.U32"/> nor <see cref="Width.U64"/>.</exception>
    public void CompareExchange(MemoryOperand memory, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitAtomic(memory, source, Opcodes.AtomicCompareExchange, new(file, line));

    /// <summary>
    /// <c>dst = load_acquire((width *)(base + offset))</c>: nothing that follows is seen to happen before it. Any unsigned width; Linux 6.15.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is signed: only loads extend signs.</exception>
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
    /// <c>store_release((width *)(base + offset), src)</c>: nothing that precedes is seen to happen after it. Any unsigned width; Linux 6.15.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is signed: only loads extend signs.</exception>
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
            throw new ArgumentException("An atomic operation moves four or eight bytes: U32 or U64.", nameof(memory));
        }

        byte opcode = (byte)(Opcodes.ClassStoreRegister | Opcodes.ModeAtomic | memory.Width.Bits);
        Emit(new(opcode, memory.Address.Base, source, OffsetOf(memory), operation), location);
    }
}
