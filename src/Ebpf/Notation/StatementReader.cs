using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>Reads one instruction: jumps, calls, stores and exits here, what assigns to a register in <see cref="AssignmentReader"/>.</summary>
internal static class StatementReader
{
    /// <param name="scanner">The line, before the instruction.</param>
    /// <param name="listing">Where labels, maps and the assembler are.</param>
    /// <param name="opcode">The opcode that the listing has before the instruction, if it has.</param>
    public static void Read(ref LineScanner scanner, ListingReader listing, byte? opcode)
    {
        int start = scanner.Position;
        Label? target = null;
        Instruction instruction = ReadInstruction(ref scanner, listing, opcode, ref target);
        if (scanner.Error is not null)
        {
            return;
        }

        if (opcode is { } listed && listed != instruction.Opcode)
        {
            scanner.FailAt(start, $"The opcode of this instruction is {instruction.Opcode:x2}, and the listing has {listed:x2}.");
        }
        else if (target is not null)
        {
            listing.Assembler.EmitJump(instruction, target, new SourceLocation(null, listing.Line));
        }
        else if (InstructionDecoder.FindFault(instruction) is { } fault)
        {
            scanner.FailAt(start, $"This cannot be: {fault}.");
        }
        else
        {
            listing.Assembler.Emit(instruction, new SourceLocation(null, listing.Line));
        }
    }

    private static Instruction ReadInstruction(ref LineScanner scanner, ListingReader listing, byte? opcode, ref Label? target)
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
                return ReadConditionalJump(ref scanner, listing, isListed: opcode is not null, ref target);
            case "call":
                return ReadCall(ref scanner, listing, ref target);
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
            return AssignmentReader.Read(ref scanner, listing, register, start, is32Bit, isLoad64: opcode == Opcodes.LoadImmediate64, ref target);
        }

        scanner.Return(start);
        scanner.Fail("an instruction or a label");
        return default;
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
        // Longer symbols first: the shorter are their beginnings.
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
            scanner.FailAt(position, $"A jump reaches {short.MinValue} to +{short.MaxValue} slots: use gotol.");
        }

        return (short)distance;
    }

    private static Instruction ReadCall(ref LineScanner scanner, ListingReader listing, ref Label? target)
    {
        int position = scanner.Position;
        if (scanner.TryTakeNumber(out ulong number))
        {
            // bpftool prints the address of a function whose name it does not know: call 0xffffffff81a3c2f0#168304.
            if (number > int.MaxValue && scanner.TryTakeAdjacent('#'))
            {
                return new(Opcodes.Call, default, default, 0, ReadHelperNumber(ref scanner, default, position));
            }

            if (number > int.MaxValue)
            {
                scanner.FailAt(position, $"No helper has a number above {int.MaxValue}.");
            }

            return new(Opcodes.Call, default, default, 0, (int)number);
        }

        if (scanner.TryTake($"{Symbols.KernelFunction}#"))
        {
            return new(Opcodes.Call, default, new Register(Opcodes.PseudoKernelFunctionCall), 0, ReadKernelFunctionId(ref scanner));
        }

        ReadOnlySpan<char> name = scanner.TakeWord();
        if (!name.IsEmpty && name is not "pc")
        {
            if (scanner.TryTakeAdjacent('#'))
            {
                return new(Opcodes.Call, default, default, 0, ReadHelperNumber(ref scanner, name, position));
            }

            if (HelperNames.TryGetNumber(name, out int helper))
            {
                return new(Opcodes.Call, default, default, 0, helper);
            }
        }

        scanner.Return(position);
        return new(Opcodes.Call, default, new Register(Opcodes.PseudoCall), 0, OperandReader.ReadTarget(ref scanner, listing, ref target, isCalled: true));
    }

    /// <summary>The number in <c>kernel-function#63566</c>.</summary>
    private static int ReadKernelFunctionId(ref LineScanner scanner)
    {
        int start = scanner.Position;
        if (scanner.TryTakeNumber(out ulong id) && id is > 0 and <= int.MaxValue)
        {
            return (int)id;
        }

        scanner.Return(start);
        scanner.Fail($"the id of a function of the kernel, 1 to {int.MaxValue}");
        return 1;
    }

    /// <summary>The number in <c>bpf_get_socket_cookie#46</c>.</summary>
    private static int ReadHelperNumber(ref LineScanner scanner, ReadOnlySpan<char> name, int position)
    {
        int start = scanner.Position;
        bool isNegative = scanner.TryTake('-');
        if (!scanner.TryTakeNumber(out ulong number) || number > int.MaxValue)
        {
            scanner.Return(start);
            scanner.Fail("the number of a helper");
            return 0;
        }

        // Of a loaded program bpftool prints how far the function is from another of that kernel: no helper has such a number.
        bool isDistance = isNegative || number > HelperNames.Last;
        if (HelperNames.TryGetNumber(name, out int known))
        {
            if (!isDistance && known != (int)number)
            {
                scanner.FailAt(position, $"{name} has the number {known}, not {number}.");
            }

            return known;
        }

        if (isNegative)
        {
            scanner.FailAt(
                position, $"{(name.IsEmpty ? "This" : LineScanner.Quote(name))} is a function of the kernel that was running, and no helper is called so.");
        }

        return (int)number;
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

    /// <summary><c>ld_pseudo r1, 1, 3</c>: how LLVM writes 64-bit loads whose constant stands for something.</summary>
    private static Instruction ReadPseudoLoad(ref LineScanner scanner)
    {
        Register destination = OperandReader.ReadRegister(ref scanner, is32Bit: false);
        scanner.Expect(',');
        int position = scanner.Position;
        if (!scanner.TryTakeNumber(out ulong kind) || kind > 10)
        {
            scanner.FailAt(position, "Expected what kind of load it is: a number.");
        }

        scanner.Expect(',');
        return new(Opcodes.LoadImmediate64, destination, new Register((byte)kind), 0, OperandReader.ReadImmediate64(ref scanner));
    }
}
