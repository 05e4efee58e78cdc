using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>Reads operands: registers, constants, types, addresses and targets.</summary>
internal static class OperandReader
{
    public static Register ReadRegister(ref LineScanner scanner, out bool is32Bit)
    {
        int position = scanner.Position;
        ReadOnlySpan<char> word = scanner.TakeWord();
        if (!Symbols.TryParseRegister(word, out Register register, out is32Bit) && !IsImpossible(ref scanner, word, position))
        {
            scanner.Return(position);
            scanner.Fail("a register (r0 to r10, w0 to w10)");
        }

        return register;
    }

    /// <summary>Fails if the word is a register that does not exist.</summary>
    public static bool IsImpossible(ref LineScanner scanner, ReadOnlySpan<char> word, int position)
    {
        if (!Symbols.LooksLikeRegister(word) || Symbols.TryParseRegister(word, out _, out _))
        {
            return false;
        }

        scanner.FailAt(position, $"There is no register {LineScanner.Quote(word)}: the last is {word[0]}10.");
        return true;
    }

    public static Register ReadRegister(ref LineScanner scanner, bool is32Bit)
    {
        if (!TryReadRegister(ref scanner, is32Bit, out Register register))
        {
            scanner.Fail(is32Bit ? "a register (w0 to w10)" : "a register (r0 to r10)");
        }

        return register;
    }

    /// <summary>Takes a register, which must be of the required kind, or nothing.</summary>
    public static bool TryReadRegister(ref LineScanner scanner, bool is32Bit, out Register register)
    {
        int position = scanner.Position;
        ReadOnlySpan<char> word = scanner.TakeWord();
        if (!Symbols.TryParseRegister(word, out register, out bool isHalf))
        {
            bool isImpossible = IsImpossible(ref scanner, word, position);
            scanner.Return(position);
            return isImpossible;
        }

        if (isHalf != is32Bit)
        {
            scanner.FailAt(position, is32Bit
                ? $"Expected w{register.Number}: this operation uses the low halves of registers."
                : $"Expected r{register.Number}: this operation uses whole registers.");
        }

        return true;
    }

    /// <summary>Takes a register whose low bytes are stored, or nothing. For up to four bytes LLVM writes <c>w1</c>, the kernel <c>r1</c>.</summary>
    public static bool TryReadRegister(ref LineScanner scanner, Width width, out Register register)
    {
        int position = scanner.Position;
        ReadOnlySpan<char> word = scanner.TakeWord();
        if (!Symbols.TryParseRegister(word, out register, out bool isHalf))
        {
            bool isImpossible = IsImpossible(ref scanner, word, position);
            scanner.Return(position);
            return isImpossible;
        }

        if (isHalf && width == Width.U64)
        {
            scanner.FailAt(position, $"Expected r{register.Number}: w{register.Number} has only four bytes.");
        }

        return true;
    }

    public static Register ReadRegister(ref LineScanner scanner, Width width)
    {
        if (!TryReadRegister(ref scanner, width, out Register register))
        {
            scanner.Fail("a register");
        }

        return register;
    }

    /// <param name="scanner">The line.</param>
    /// <param name="allowUnsigned">
    /// True to accept numbers from 2^31 to 2^32 - 1 as their 32 bits; otherwise they are refused, because sign extension would change them.
    /// </param>
    public static int ReadImmediate(ref LineScanner scanner, bool allowUnsigned)
    {
        int position = scanner.Position;
        Int128 value = scanner.ExpectSum();
        if (value >= int.MinValue && value <= (allowUnsigned ? uint.MaxValue : int.MaxValue))
        {
            return unchecked((int)(long)value);
        }

        scanner.FailAt(position, value >= int.MinValue && value <= uint.MaxValue
            ? $"{value} would become negative: the constant is a signed 32-bit number. "
                + $"Write -{(Int128)uint.MaxValue + 1 - value} if that is meant, or load it with 'll' into a register."
            : $"{value} does not fit into 32 bits: load it with 'll' into a register.");
        return 0;
    }

    public static long ReadImmediate64(ref LineScanner scanner)
    {
        int position = scanner.Position;
        Int128 value = scanner.ExpectSum();
        if (value >= long.MinValue && value <= ulong.MaxValue)
        {
            return unchecked((long)(ulong)value);
        }

        scanner.FailAt(position, $"{value} does not fit into 64 bits.");
        return 0;
    }

    /// <summary>Reads the rest after the star of <c>*(u32 *)</c>.</summary>
    public static Width ReadType(ref LineScanner scanner, bool allowSigned)
    {
        scanner.Expect('(');
        int position = scanner.Position;
        Width? width = scanner.TakeWord() switch
        {
            "u8" => Width.U8,
            "u16" => Width.U16,
            "u32" => Width.U32,
            "u64" => Width.U64,
            "s8" when allowSigned => Width.S8,
            "s16" when allowSigned => Width.S16,
            "s32" when allowSigned => Width.S32,
            _ => null,
        };
        if (width is null)
        {
            scanner.Return(position);
            scanner.Fail(allowSigned ? "u8, u16, u32, u64, s8, s16 or s32" : "u8, u16, u32 or u64");
        }

        scanner.Expect('*');
        scanner.Expect(')');
        return width ?? default;
    }

    /// <summary>Reads <c>(r1 + 16)</c>.</summary>
    public static (Register Base, short Offset) ReadAddress(ref LineScanner scanner)
    {
        scanner.Expect('(');
        (Register, short) address = ReadBareAddress(ref scanner);
        scanner.Expect(')');
        return address;
    }

    /// <summary>Reads <c>r1 + 16</c>.</summary>
    public static (Register Base, short Offset) ReadBareAddress(ref LineScanner scanner)
    {
        Register register = ReadRegister(ref scanner, is32Bit: false);
        int position = scanner.Position;
        Int128 offset = scanner.TakeSignedTerms();
        if (offset < short.MinValue || offset > short.MaxValue)
        {
            scanner.FailAt(position, $"{offset} does not fit into 16 bits ({short.MinValue} to {short.MaxValue}): add the rest to the register first.");
            return default;
        }

        return (register, (short)offset);
    }

    /// <summary>Reads a label or a distance: <c>+3</c>, or in the kernel's spelling <c>pc+3</c>.</summary>
    /// <returns>The distance, if there is no label.</returns>
    public static int ReadTarget(ref LineScanner scanner, ListingReader listing, ref Label? target, bool isCalled = false)
    {
        int position = scanner.Position;
        ReadOnlySpan<char> word = scanner.TakeWord();
        if (!word.IsEmpty && (word is not "pc" || !(scanner.TryTake('+') || scanner.TryTake('-'))))
        {
            if (!Symbols.IsLabelName(word))
            {
                _ = IsImpossible(ref scanner, word, position);
                scanner.Return(position);
                scanner.Fail("a label or a distance (+3)");
                return 0;
            }

            target = listing.LabelNamed(word, position, isCalled);
            return 0;
        }

        scanner.Return(position + word.Length);
        return ReadDistance(ref scanner);
    }

    private static int ReadDistance(ref LineScanner scanner)
    {
        int position = scanner.Position;
        bool isNegative = scanner.TryTake('-');
        if ((!isNegative && !scanner.TryTake('+')) || !scanner.TryTakeNumber(out ulong number))
        {
            scanner.Fail("a label or a distance (+3)");
            return 0;
        }

        // llvm-objdump adds the target: <out+0x10>.
        int place = scanner.Position;
        if (scanner.TryTake('<') && scanner.TakeUntil('>').Contains(';'))
        {
            scanner.FailAt(place, "Expected the target of the jump between '<' and '>': a symbol, without ';'.");
        }

        Int128 distance = isNegative ? -(Int128)number : number;
        if (distance < int.MinValue || distance > int.MaxValue)
        {
            scanner.FailAt(position, "The distance is too large for a program.");
            return 0;
        }

        return (int)distance;
    }
}
