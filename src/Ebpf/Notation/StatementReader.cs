using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>Reads one instruction: jumps, calls, stores and exits; <see cref="AssignmentReader"/> reads assignments to registers.</summary>
internal static class StatementReader
{
    /// <param name="scanner">The line, before the instruction.</param>
    /// <param name="listing">The labels, maps and assembler.</param>
    /// <param name="listed">The parts of a listing before the instruction; null if the line is not one of a listing.</param>
    /// <param name="expected">The expected text.</param>
    public static void Read(ref LineScanner scanner, ListingReader listing, Listed? listed, string expected)
    {
        int start = scanner.Position;
        Label? target = null;
        Instruction instruction = ReadInstruction(ref scanner, listing, listed, expected, ref target);
        if (scanner.Error is not null)
        {
            return;
        }

        int length = scanner.End - start;
        if (listed?.Opcode is { } opcode && opcode != instruction.Opcode)
        {
            scanner.FailAt(start, $"The opcode of this instruction is {instruction.Opcode:x2}, and the listing has {opcode:x2}.");
        }
        else if (listed?.Encoded is { } encoded && !IsSpelledAs(encoded, ref instruction))
        {
            scanner.FailAt(start, $"The bytes before are those of '{encoded}'.");
        }
        else if (target is null && InstructionDecoder.FindFault(instruction) is { } fault)
        {
            scanner.FailAt(start, $"This is not a valid instruction: {fault}.");
        }

        if (scanner.Error is not null)
        {
            return;
        }

        // If the instruction is the only one in its line, the line is its position.
        bool isAlone = listed is not null || (scanner.IsAtEnd && scanner.Line.IndexOf(';') is var separator && (separator < 0 || separator > start));
        SourceLocation location = new(null, listing.Line, start + 1, isAlone ? 0 : length);
        if (target is not null)
        {
            listing.Assembler.EmitJump(instruction, target, location);
        }
        else
        {
            listing.Assembler.Emit(instruction, location);
        }
    }

    private static Instruction ReadInstruction(ref LineScanner scanner, ListingReader listing, Listed? listed, string expected, ref Label? target)
    {
        int start = scanner.Position;
        ReadOnlySpan<char> word = scanner.TakeWord();
        switch (word)
        {
            case "exit":
                return new(Opcodes.Exit, default, default, 0, 0);
            case "goto":
                return new(Opcodes.Jump, default, default, ReadNearTarget(ref scanner, listing, ref target), 0);
            case "may_goto":
                return new(Opcodes.MayGoto, default, default, ReadNearTarget(ref scanner, listing, ref target), 0);
            case "gotol":
                return new(Opcodes.JumpLong, default, default, 0, OperandReader.ReadTarget(ref scanner, listing, ref target));
            case "if":
                return ReadConditionalJump(ref scanner, listing, isListed: listed?.Opcode is not null, ref target);
            case "call":
                return CallReader.Read(ref scanner, listing, listed, ref target);
            case "lock":
                return AtomicReader.ReadLocked(ref scanner);
            case "store_release":
                return AtomicReader.ReadStoreRelease(ref scanner);
            case "ld_pseudo":
                return ReadPseudoLoad(ref scanner);
            case [] when scanner.TryTake('*'):
                return ReadStore(ref scanner);
        }

        if (Symbols.TryParseRegister(word, out Register register, out bool is32Bit))
        {
            bool isLoad64 = listed?.Opcode == Opcodes.LoadImmediate64;
            return AssignmentReader.Read(ref scanner, listing, register, start, is32Bit, isLoad64, ref target);
        }

        if (!OperandReader.IsImpossible(ref scanner, word, start) && FindReason(word) is { } reason)
        {
            scanner.FailAt(start, reason);
        }

        scanner.Return(start);
        scanner.Fail(expected);
        return default;
    }

    /// <returns>The explanation of a statement of LLVM or the kernel that is not supported here; null for unknown statements.</returns>
    private static string? FindReason(ReadOnlySpan<char> word) => word switch
    {
        "callx" => "'callx' calls the address in a register, which no kernel accepts. Call a label, or a helper.",
        "gotox" => "'gotox' jumps to the address in a register, from a jump table: such tables are not supported here.",
        "nospec" => "'nospec' is a barrier that only the kernel inserts, into loaded programs.",
        ['.', _, ..] => $"{LineScanner.Quote(word)} is a directive of LLVM's assembler, which is not read here: delete the line, or take the text that "
            + "llvm-objdump prints.",
        _ => null,
    };

    /// <summary> Returns whether the text matches the bytes. LLVM prints calls of functions in the form of calls of helpers: the bytes then decide. </summary>
    private static bool IsSpelledAs(Instruction encoded, ref Instruction instruction)
    {
        if (encoded.Opcode == Opcodes.Call && instruction.Opcode == Opcodes.Call && encoded.Immediate == instruction.Immediate)
        {
            instruction = encoded;
        }

        return encoded == instruction;
    }

    private static Instruction ReadConditionalJump(ref LineScanner scanner, ListingReader listing, bool isListed, ref Label? target)
    {
        Register left = OperandReader.ReadRegister(ref scanner, out bool is32Bit);
        Condition condition = ReadCondition(ref scanner);
        byte opcode = (byte)((is32Bit ? Opcodes.ClassJump32 : Opcodes.ClassJump) | (byte)condition);
        Register right = default;
        long immediate = 0;
        if (OperandReader.TryReadRegister(ref scanner, is32Bit, out right))
        {
            opcode |= Opcodes.SourceRegister;
        }
        else
        {
            // The kernel prints the 32 bits of a negative constant in hexadecimal, without the sign.
            immediate = OperandReader.ReadImmediate(ref scanner, allowUnsigned: is32Bit || isListed);
        }

        ReadOnlySpan<char> word = scanner.TakeWord();
        if (word is not "goto")
        {
            scanner.Return(scanner.Position - word.Length);
            scanner.Fail("'goto'");
        }

        return new(opcode, left, right, ReadNearTarget(ref scanner, listing, ref target), immediate);
    }

    private static Condition ReadCondition(ref LineScanner scanner)
    {
        // Longer symbols first, because shorter ones are prefixes of them.
        ReadOnlySpan<Condition> conditions =
        [
            Condition.Equal, Condition.NotEqual, Condition.GreaterOrEqual, Condition.LessOrEqual, Condition.Greater, Condition.Less, Condition.AnyBit,
            Condition.SignedGreaterOrEqual, Condition.SignedLessOrEqual, Condition.SignedGreater, Condition.SignedLess,
        ];
        foreach (Condition condition in conditions)
        {
            if (scanner.TryTake(Symbols.SymbolOf(condition)))
            {
                return condition;
            }
        }

        scanner.Fail("a comparison: '==', '!=', '>', '>=', '<', '<=', 's>', 's>=', 's<', 's<=' or '&'");
        return default;
    }

    private static short ReadNearTarget(ref LineScanner scanner, ListingReader listing, ref Label? target)
    {
        int position = scanner.Position;
        int distance = OperandReader.ReadTarget(ref scanner, listing, ref target);
        if (distance != (short)distance)
        {
            scanner.FailAt(position, $"The distance of a jump must be {short.MinValue} to +{short.MaxValue} slots: use gotol.");
        }

        return (short)distance;
    }

    private static Instruction ReadStore(ref LineScanner scanner)
    {
        Width width = OperandReader.ReadType(ref scanner, allowSigned: false);
        (Register address, short offset) = OperandReader.ReadAddress(ref scanner);
        scanner.Expect('=');
        return OperandReader.TryReadRegister(ref scanner, width, out Register source)
            ? new((byte)(Opcodes.ClassStoreRegister | Opcodes.ModeMemory | width.Bits), address, source, offset, 0)
            : new((byte)(Opcodes.ClassStore | Opcodes.ModeMemory | width.Bits), address, default, offset, OperandReader.ReadImmediate(
                ref scanner, allowUnsigned: width != Width.U64));
    }

    /// <summary>Reads <c>ld_pseudo r1, 1, 3</c>, LLVM's spelling of 64-bit loads whose constant is a reference.</summary>
    private static Instruction ReadPseudoLoad(ref LineScanner scanner)
    {
        Register destination = OperandReader.ReadRegister(ref scanner, is32Bit: false);
        scanner.Expect(',');
        int position = scanner.Position;
        if (!scanner.TryTakeNumber(out ulong kind) || kind > 10)
        {
            scanner.FailAt(position, "Expected the kind of load: a number.");
        }

        scanner.Expect(',');
        return new(Opcodes.LoadImmediate64, destination, new Register((byte)kind), 0, OperandReader.ReadImmediate64(ref scanner));
    }
}
