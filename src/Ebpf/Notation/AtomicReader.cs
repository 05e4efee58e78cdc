using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>Reads atomic operations in the kernel's and LLVM's spellings.</summary>
internal static class AtomicReader
{
    private static ReadOnlySpan<AtomicOperation> Operations => [AtomicOperation.Add, AtomicOperation.Or, AtomicOperation.And, AtomicOperation.Xor];

    /// <summary>Reads <c>*(u64 *)(r1 + 0) += r2</c>, after <c>lock</c>.</summary>
    public static Instruction ReadLocked(ref LineScanner scanner)
    {
        scanner.Expect('*');
        Width width = ReadAtomicType(ref scanner);
        (Register address, short offset) = OperandReader.ReadAddress(ref scanner);
        AtomicOperation? operation = null;
        foreach (AtomicOperation candidate in Operations)
        {
            if (scanner.TryTake(Symbols.SymbolOf(candidate)))
            {
                operation = candidate;
                break;
            }
        }

        if (operation is null)
        {
            scanner.Fail("'+=', '|=', '&=' or '^='");
        }

        return Make(width, address, OperandReader.ReadRegister(ref scanner, width), offset, (int)(operation ?? default));
    }

    /// <summary>Reads <c>((u64 *)(r1 + 0), r2)</c>, after <c>store_release</c>.</summary>
    public static Instruction ReadStoreRelease(ref LineScanner scanner)
    {
        scanner.Expect('(');
        Width width = OperandReader.ReadType(ref scanner, allowSigned: false);
        (Register address, short offset) = OperandReader.ReadAddress(ref scanner);
        scanner.Expect(',');
        Register source = OperandReader.ReadRegister(ref scanner, width);
        scanner.Expect(')');
        return Make(width, address, source, offset, Opcodes.AtomicStoreRelease);
    }

    /// <summary>Reads the rest after <c>r2 = </c> if it is an atomic operation.</summary>
    /// <param name="scanner">The line, after the function's name.</param>
    /// <param name="function">The name: <c>atomic_fetch_add</c>.</param>
    /// <param name="result">The register on the left.</param>
    /// <param name="is32Bit">True if that register was written as <c>w2</c>.</param>
    /// <param name="position">The position of that register.</param>
    /// <param name="instruction">The instruction.</param>
    /// <returns>True if it is an atomic operation.</returns>
    public static bool TryReadFunction(
        ref LineScanner scanner, ReadOnlySpan<char> function, Register result, bool is32Bit, int position, out Instruction instruction)
    {
        // LLVM has a function for each width, with an address without a type; the kernel has a type before the address.
        (Width? Width, int Operation)? form = function switch
        {
            "xchg_64" => (Width.U64, Opcodes.AtomicExchange),
            "xchg32_32" => (Width.U32, Opcodes.AtomicExchange),
            "cmpxchg_64" => (Width.U64, Opcodes.AtomicCompareExchange),
            "cmpxchg32_32" => (Width.U32, Opcodes.AtomicCompareExchange),
            "atomic_xchg" or "atomic64_xchg" => (null, Opcodes.AtomicExchange),
            "atomic_cmpxchg" or "atomic64_cmpxchg" => (null, Opcodes.AtomicCompareExchange),
            "load_acquire" => (null, Opcodes.AtomicLoadAcquire),
            "atomic_fetch_add" or "atomic64_fetch_add" => (null, (int)AtomicOperation.Add | Opcodes.AtomicFetch),
            "atomic_fetch_or" or "atomic64_fetch_or" => (null, (int)AtomicOperation.Or | Opcodes.AtomicFetch),
            "atomic_fetch_and" or "atomic64_fetch_and" => (null, (int)AtomicOperation.And | Opcodes.AtomicFetch),
            "atomic_fetch_xor" or "atomic64_fetch_xor" => (null, (int)AtomicOperation.Xor | Opcodes.AtomicFetch),
            _ => null,
        };
        instruction = default;
        if (form is not var (knownWidth, operation))
        {
            return false;
        }

        scanner.Expect('(');
        Width width = knownWidth
            ?? (operation == Opcodes.AtomicLoadAcquire ? OperandReader.ReadType(ref scanner, allowSigned: false) : ReadAtomicType(ref scanner));
        (Register address, short offset) = knownWidth is null ? OperandReader.ReadAddress(ref scanner) : OperandReader.ReadBareAddress(ref scanner);
        if (is32Bit && width == Width.U64)
        {
            scanner.FailAt(position, $"Expected r{result.Number}: the result has eight bytes.");
        }

        if (operation == Opcodes.AtomicLoadAcquire)
        {
            scanner.Expect(')');
            instruction = Make(width, result, address, offset, operation);
            return true;
        }

        if (operation == Opcodes.AtomicCompareExchange)
        {
            scanner.Expect(',');
            int expected = scanner.Position;
            if (OperandReader.ReadRegister(ref scanner, width).Number != 0 || result.Number != 0)
            {
                scanner.FailAt(result.Number != 0 ? position : expected, "A compare-and-exchange compares with r0, and its result is in r0.");
            }
        }

        scanner.Expect(',');
        Register source = OperandReader.ReadRegister(ref scanner, width);
        scanner.Expect(')');
        if (operation != Opcodes.AtomicCompareExchange && source.Number != result.Number)
        {
            scanner.FailAt(position, $"The old value is returned in the register of the new value: r{source.Number}.");
        }

        instruction = Make(width, address, source, offset, operation);
        return true;
    }

    private static Width ReadAtomicType(ref LineScanner scanner)
    {
        int position = scanner.Position;
        Width width = OperandReader.ReadType(ref scanner, allowSigned: false);
        if (width != Width.U32 && width != Width.U64)
        {
            scanner.FailAt(position, "The width of an atomic operation must be u32 or u64.");
        }

        return width;
    }

    private static Instruction Make(Width width, Register destination, Register source, short offset, int operation) =>
        new((byte)(Opcodes.ClassStoreRegister | Opcodes.ModeAtomic | width.Bits), destination, source, offset, operation);
}
