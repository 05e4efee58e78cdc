using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>
/// Reads the target of a call. Helpers have a number or a name, functions of the program a label or a distance, <c>pc+7</c>. <c>call 7</c> is a helper, and so
/// is <c>call +7</c> to LLVM's assembler; its disassembler prints functions as <c>call 0x7</c> and <c>call -0x7</c>.
/// </summary>
internal static class CallReader
{
    /// <param name="scanner">The line, after <c>call</c>.</param>
    /// <param name="listing">The labels.</param>
    /// <param name="listed">The parts of a listing before the instruction; null if the line is not one of a listing.</param>
    /// <param name="target">The label that is called, if any.</param>
    public static Instruction Read(ref LineScanner scanner, ListingReader listing, Listed? listed, ref Label? target)
    {
        int position = scanner.Position;
        if (scanner.IsAtDigit())
        {
            return ReadNumber(ref scanner, listing, isByLlvm: listed is { Opcode: null, Encoded: null });
        }

        if (scanner.Rest is ['+' or '-', ..])
        {
            return ReadSigned(ref scanner, listed);
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
                return ReadNumbered(ref scanner, name, position);
            }

            if (HelperNames.TryGetNumber(name, out int helper))
            {
                return Helper(helper);
            }

        }

        scanner.Return(position);
        return new(Opcodes.Call, default, new Register(Opcodes.PseudoCall), 0, OperandReader.ReadTarget(ref scanner, listing, ref target, isCalled: true));
    }

    private static Instruction Helper(int number) => new(Opcodes.Call, default, default, 0, number);

    /// <param name="scanner">The line, before the number.</param>
    /// <param name="listing">Records ambiguous calls.</param>
    /// <param name="isByLlvm">True for a listing without opcodes and bytes, in which the number may be that of a function.</param>
    private static Instruction ReadNumber(ref LineScanner scanner, ListingReader listing, bool isByLlvm)
    {
        int position = scanner.Position;
        if (!scanner.TryTakeNumber(out ulong number))
        {
            scanner.Fail("a helper, a label, or a distance ('pc+3')");
            return default;
        }

        if (scanner.TryTakeAdjacent('#'))
        {
            // bpftool prints the address of a function without a known name: call 0xffffffff81a3c2f0#168304.
            scanner.FailAt(position, "This is the address of a kernel function in a running kernel: programs cannot call it by address.");
        }
        else if (number > int.MaxValue)
        {
            scanner.FailAt(position, $"No helper has a number above {int.MaxValue}.");
        }
        else if (isByLlvm)
        {
            listing.AddAmbiguousCall((int)number, position);
        }

        return Helper((int)number);
    }

    /// <summary><c>-0x49</c>: in a listing, a function before this instruction; otherwise, for LLVM, a helper with a sign.</summary>
    private static Instruction ReadSigned(ref LineScanner scanner, Listed? listed)
    {
        int position = scanner.Position;
        bool isNegative = scanner.TryTake('-');
        if (!isNegative)
        {
            scanner.TryTake('+');
        }

        if (!scanner.TryTakeNumber(out ulong number))
        {
            scanner.Fail("a number");
            return default;
        }

        if (!isNegative || listed is not { Opcode: null })
        {
            string meant = isNegative ? "which has no negative number" : $"here 'call {number}' is one";
            scanner.FailAt(
                position,
                $"For LLVM a number after 'call' is that of a helper, even with a sign ({meant}): "
                + $"write pc{(isNegative ? '-' : '+')}{number} to call a function of this program.");
        }
        else if (number == 1)
        {
            scanner.FailAt(position, "This calls a symbol that a linker must resolve: write the label, or the helper's name.");
        }
        else if (number > 1UL << 31)
        {
            scanner.FailAt(position, "The distance is too large for a program.");
        }

        return new(Opcodes.Call, default, new Register(Opcodes.PseudoCall), 0, -(long)number);
    }

    /// <summary>Reads the number in <c>kernel-function#63566</c>, which is valid for the running kernel until the next boot.</summary>
    private static int ReadKernelFunctionId(ref LineScanner scanner)
    {
        int start = scanner.Position;
        if (scanner.TryTakeNumber(out ulong id) && id is > 0 and <= int.MaxValue)
        {
            return (int)id;
        }

        scanner.Return(start);
        scanner.Fail($"the id of a function of the kernel, 1 to {int.MaxValue}");
        return 0;
    }

    /// <summary>Reads the number in <c>bpf_get_socket_cookie#46</c>.</summary>
    private static Instruction ReadNumbered(ref LineScanner scanner, ReadOnlySpan<char> name, int position)
    {
        int start = scanner.Position;
        bool isNegative = scanner.TryTake('-');
        if (!scanner.TryTakeNumber(out ulong number) || number > int.MaxValue)
        {
            scanner.Return(start);
            scanner.Fail("the number of a helper");
            return default;
        }

        // For a loaded program bpftool prints the distance of the function from another kernel function: no helper has such a number.
        bool isDistance = isNegative || number > HelperNames.Last;
        if (HelperNames.TryGetNumber(name, out int known))
        {
            if (!isDistance && known != (int)number)
            {
                scanner.FailAt(position, $"{name} has the number {known}, not {number}.");
            }

            return Helper(known);
        }

        // The kernel uses this name for unknown helpers.
        if (name is not "unknown" || isNegative)
        {
            scanner.FailAt(position, $"{LineScanner.Quote(name)} is a kernel function, not a helper: either a kfunc, which has a different id in "
                + "each kernel, or the function that replaces a helper in a loaded program.");
        }

        return Helper((int)number);
    }
}
