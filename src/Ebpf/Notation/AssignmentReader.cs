using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>Reads the rest of an assignment after the register on the left.</summary>
internal static class AssignmentReader
{
    /// <param name="scanner">The line, after the register.</param>
    /// <param name="listing">The labels, maps and assembler.</param>
    /// <param name="left">The register on the left.</param>
    /// <param name="position">The position of that register.</param>
    /// <param name="is32Bit">True if the register was written as <c>w2</c>.</param>
    /// <param name="isLoad64">True if the opcode in the listing is that of a 64-bit load.</param>
    /// <param name="target">The label that the value refers to, if any.</param>
    public static Instruction Read(
        ref LineScanner scanner, ListingReader listing, Register left, int position, bool is32Bit, bool isLoad64, ref Label? target)
    {
        AluOperation operation = ReadOperator(ref scanner, out bool isSigned);
        if (operation != AluOperation.Move)
        {
            return ReadArithmetic(ref scanner, operation, left, is32Bit, isSigned ? Opcodes.SignedDivision : (short)0);
        }

        if (isLoad64 && scanner.IsAtDigit())
        {
            return new(Opcodes.LoadImmediate64, left, default, 0, OperandReader.ReadImmediate64(ref scanner));
        }

        if (scanner.TryTake('*'))
        {
            return ReadLoad(ref scanner, left, is32Bit, position);
        }

        if (scanner.Position is var pointer && scanner.TryTake('&'))
        {
            scanner.FailAt(pointer, "This is a pointer into per-CPU memory, which the kernel creates when it rewrites a program: it is not supported here.");
        }

        if (scanner.TryTake('('))
        {
            return ReadSignExtension(ref scanner, left, is32Bit);
        }

        int right = scanner.Position;
        if (scanner.TryTake('-') && OperandReader.TryReadRegister(ref scanner, is32Bit, out Register negated))
        {
            if (negated.Number != left.Number)
            {
                scanner.FailAt(right, "A negation changes the register itself: use the same register on both sides.");
            }

            return new((byte)((is32Bit ? Opcodes.ClassAlu32 : Opcodes.ClassAlu64) | Opcodes.OperationNegate), left, default, 0, 0);
        }

        scanner.Return(right);
        ReadOnlySpan<char> word = scanner.TakeWord();
        if (word.IsEmpty)
        {
            return ReadConstant(ref scanner, left, is32Bit);
        }

        if (Symbols.TryParseRegister(word, out _, out _))
        {
            scanner.Return(right);
            return ReadArithmetic(ref scanner, AluOperation.Move, left, is32Bit, 0);
        }

        return ReadNamed(ref scanner, listing, word, left, position, is32Bit, right, ref target);
    }

    private static AluOperation ReadOperator(ref LineScanner scanner, out bool isSigned)
    {
        isSigned = false;
        int position = scanner.Position;
        if (scanner.TryTake("=="))
        {
            scanner.FailAt(position, "Expected '=', found '==': comparisons are only allowed after 'if'.");
            return default;
        }

        // The first character decides; '=' is tried last.
        ReadOnlySpan<AluOperation> operations =
        [
            AluOperation.Add, AluOperation.Subtract, AluOperation.Multiply, AluOperation.Divide, AluOperation.Or, AluOperation.And,
            AluOperation.ShiftLeft, AluOperation.ShiftRight, AluOperation.Modulo, AluOperation.Xor, AluOperation.ArithmeticShiftRight, AluOperation.Move,
        ];
        foreach (AluOperation operation in operations)
        {
            if (scanner.TryTake(Symbols.SymbolOf(operation)))
            {
                return operation;
            }
        }

        isSigned = true;
        if (scanner.TryTake("s/="))
        {
            return AluOperation.Divide;
        }

        if (scanner.TryTake("s%="))
        {
            return AluOperation.Modulo;
        }

        scanner.Fail("':' after a label, or after a register '=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=', 's>>=', 's/=' or 's%='");
        return default;
    }

    private static Instruction ReadArithmetic(ref LineScanner scanner, AluOperation operation, Register left, bool is32Bit, short offset)
    {
        byte opcode = (byte)((is32Bit ? Opcodes.ClassAlu32 : Opcodes.ClassAlu64) | (byte)operation);
        return OperandReader.TryReadRegister(ref scanner, is32Bit, out Register right)
            ? new((byte)(opcode | Opcodes.SourceRegister), left, right, offset, 0)
            : new(opcode, left, default, offset, OperandReader.ReadImmediate(ref scanner, allowUnsigned: is32Bit));
    }

    /// <summary>Reads a number, of 64 bits if <c>ll</c> follows.</summary>
    private static Instruction ReadConstant(ref LineScanner scanner, Register left, bool is32Bit)
    {
        int position = scanner.Position;
        scanner.ExpectSum();
        bool isWide = scanner.TakeWord() is "ll";
        scanner.Return(position);
        if (isWide && is32Bit)
        {
            scanner.FailAt(position, $"A 64-bit constant needs a whole register: r{left.Number}.");
        }

        if (!isWide)
        {
            return new((byte)((is32Bit ? Opcodes.ClassAlu32 : Opcodes.ClassAlu64) | (byte)AluOperation.Move), left, default, 0, OperandReader.ReadImmediate(
                ref scanner, allowUnsigned: is32Bit));
        }

        long immediate = OperandReader.ReadImmediate64(ref scanner);
        scanner.TakeWord();
        return new(Opcodes.LoadImmediate64, left, default, 0, immediate);
    }

    /// <summary>Reads the rest after the star of <c>*(u32 *)(r1 + 16)</c> or <c>*(u8 *)skb[13]</c>.</summary>
    private static Instruction ReadLoad(ref LineScanner scanner, Register left, bool is32Bit, int position)
    {
        Width width = OperandReader.ReadType(ref scanner, allowSigned: true);
        if (is32Bit && (width == Width.U64 || width.IsSigned))
        {
            scanner.FailAt(position, $"Expected r{left.Number}: this load fills the whole register.");
        }

        int skb = scanner.Position;
        if (scanner.TakeWord() is "skb")
        {
            return ReadPacketLoad(ref scanner, left, width, position, skb);
        }

        scanner.Return(skb);
        (Register address, short offset) = OperandReader.ReadAddress(ref scanner);
        return new((byte)(Opcodes.ClassLoadRegister | (width.IsSigned ? Opcodes.ModeMemorySigned : Opcodes.ModeMemory) | width.Bits), left, address, offset, 0);
    }

    private static Instruction ReadPacketLoad(ref LineScanner scanner, Register left, Width width, int position, int skb)
    {
        if (left.Number != 0)
        {
            scanner.FailAt(position, "The destination of a packet load must be r0.");
        }

        if (width.IsSigned || width == Width.U64)
        {
            scanner.FailAt(skb, "The width of a packet load must be u8, u16 or u32.");
        }

        scanner.Expect('[');
        byte mode = Opcodes.ModePacket;
        long immediate;
        if (OperandReader.TryReadRegister(ref scanner, is32Bit: false, out Register index))
        {
            mode = Opcodes.ModePacketIndirect;
            int start = scanner.Position;
            Int128 sum = scanner.TakeSignedTerms();
            immediate = (long)sum;
            if (sum < int.MinValue || sum > int.MaxValue)
            {
                scanner.FailAt(start, $"{sum} does not fit into 32 bits.");
            }
        }
        else
        {
            immediate = OperandReader.ReadImmediate(ref scanner, allowUnsigned: false);
        }

        scanner.Expect(']');
        return new((byte)(Opcodes.ClassLoad | mode | width.Bits), default, index, 0, immediate);
    }

    /// <summary>Reads the rest after the parenthesis of <c>(s8)r2</c>.</summary>
    private static Instruction ReadSignExtension(ref LineScanner scanner, Register left, bool is32Bit)
    {
        int position = scanner.Position;
        Width width = scanner.TakeWord() switch
        {
            "s8" => Width.S8,
            "s16" => Width.S16,
            "s32" when !is32Bit => Width.S32,
            _ => Width.U64,
        };
        if (width == Width.U64)
        {
            scanner.Return(position);
            scanner.Fail(is32Bit ? "s8 or s16" : "s8, s16 or s32");
        }

        scanner.Expect(')');
        return new(
            (byte)((is32Bit ? Opcodes.ClassAlu32 : Opcodes.ClassAlu64) | Opcodes.SourceRegister | (byte)AluOperation.Move),
            left,
            OperandReader.ReadRegister(ref scanner, is32Bit),
            (short)width.Size,
            0);
    }

    private static Instruction ReadNamed(
        ref LineScanner scanner, ListingReader listing, ReadOnlySpan<char> word, Register left, int position, bool is32Bit, int start, ref Label? target)
    {
        if (AtomicReader.TryReadFunction(ref scanner, word, left, is32Bit, position, out Instruction atomic))
        {
            return atomic;
        }

        if (TryParseSwap(word, out byte opcode, out int bits))
        {
            Register swapped = OperandReader.ReadRegister(ref scanner, is32Bit: false);
            if (swapped.Number != left.Number || is32Bit)
            {
                scanner.FailAt(start, "A byte swap changes the register itself: use the same whole register (r0 to r10) on both sides.");
            }

            return new(opcode, left, default, 0, bits);
        }

        switch (word)
        {
            case "addr_space_cast":
                scanner.FailAt(start, "'addr_space_cast' converts pointers into an arena, and arenas are not supported here.");
                return default;
            case "map":
                return MapReader.Read(ref scanner, listing, left, is32Bit);
            case "subprog":
                scanner.Expect('[');
                int distance = OperandReader.ReadTarget(ref scanner, listing, ref target);
                scanner.Expect(']');
                return new(Opcodes.LoadImmediate64, left, new Register(Opcodes.PseudoFunction), 0, (uint)distance);
        }

        if (OperandReader.IsImpossible(ref scanner, word, start))
        {
            return default;
        }

        if (!is32Bit && SymbolReader.TryRead(ref scanner, listing, word, left, start, out Instruction symbol))
        {
            return symbol;
        }

        scanner.Return(start);
        scanner.Fail("a register, a number, a load ('*(u32 *)(r1 + 0)'), 'map[...]' or another value");
        return default;
    }

    private static bool TryParseSwap(ReadOnlySpan<char> word, out byte opcode, out int bits)
    {
        int prefix = word switch { ['b', 's', 'w', 'a', 'p', ..] => 5, ['b', 'e', ..] or ['l', 'e', ..] => 2, _ => 0 };
        opcode = word[0] == 'l' ? Opcodes.ToLittleEndian : prefix == 2 ? Opcodes.ToBigEndian : Opcodes.ByteSwap;
        bits = prefix == 0 ? 0 : word[prefix..] switch { "16" => 16, "32" => 32, "64" => 64, _ => 0 };
        return bits != 0;
    }
}
