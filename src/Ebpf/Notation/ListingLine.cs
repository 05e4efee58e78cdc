using System.Globalization;
using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>
/// Reads a line: labels, the slot number, bytes and opcode that listings of the kernel's and LLVM's tools have before an instruction, and instructions.
/// </summary>
/// <remarks>
/// <c>;</c> has two meanings: in LLVM it separates instructions, and in listings of the kernel it starts a comment. In a line without a number and an opcode it
/// therefore separates instructions. In a line with one of them it starts a comment; the line is refused if the comment would be an instruction.
/// </remarks>
internal static class ListingLine
{
    /// <returns>True if the line is one of a listing; null if it has no instruction.</returns>
    public static bool? Read(ref LineScanner scanner, ListingReader listing)
    {
        if (ToolHeading.Is(scanner.Line))
        {
            return null;
        }

        if (scanner.End == 0 && scanner.Line.TrimStart(" \t") is [';', ..] comment)
        {
            if (!listing.IsInListing && ReadsAsInstruction(comment.TrimStart("; \t"), listing))
            {
                listing.Doubt(scanner.Position, scanner.Line);
            }

            scanner.TakeRest();
            return null;
        }

        TakeHeading(ref scanner, listing);
        bool isListed = TakeSlotNumber(ref scanner, listing);
        Instruction? encoded = isListed ? TakeBytes(ref scanner) : null;
        byte? opcode = TakeOpcode(ref scanner);
        isListed |= opcode is not null;
        if (isListed)
        {
            ReadListed(ref scanner, listing, new Listed(opcode, encoded));
        }
        else
        {
            ReadSeparated(ref scanner, listing);
        }

        if (!scanner.IsAtEnd)
        {
            scanner.Fail(isListed ? "the end of the line, or a comment ('//', '#' or ';')" : "the end of the line, ';', or a comment ('//' or '#')");
        }

        return isListed;
    }

    private static void ReadListed(ref LineScanner scanner, ListingReader listing, Listed listed)
    {
        while (TakeLabel(ref scanner, listing))
        {
        }

        if (scanner.IsAtEnd)
        {
            scanner.Fail("an instruction");
        }

        StatementReader.Read(ref scanner, listing, listed, "an instruction or a label");
        int position = scanner.Position;
        if (scanner.TryTake(';'))
        {
            if (ReadsAsInstruction(scanner.Rest.TrimStart("; \t"), listing))
            {
                scanner.FailAt(position, "In a listing ';' starts a comment, and this one would be an instruction: put it on a separate line, "
                    + "or start the comment with '//'.");
            }

            scanner.TakeRest();
        }
    }

    private static void ReadSeparated(ref LineScanner scanner, ListingReader listing)
    {
        string expected = "an instruction or a label";
        do
        {
            while (TakeLabel(ref scanner, listing))
            {
            }

            if (!scanner.IsAtEnd && scanner.Rest is not [';', ..])
            {
                StatementReader.Read(ref scanner, listing, listed: null, expected);
            }

            expected = "an instruction after ';' (a comment starts with '//' or '#')";
        }
        while (scanner.TryTake(';'));
    }

    /// <summary>Returns whether a comment would be an instruction. Checking the first of several instructions is enough, so the comment is read once.</summary>
    private static bool ReadsAsInstruction(ReadOnlySpan<char> comment, ListingReader listing)
    {
        LineScanner scanner = new(comment);
        ListingReader scratch = new("", listing.Maps);
        TakeSlotNumber(ref scanner, scratch);
        TakeOpcode(ref scanner);
        while (TakeLabel(ref scanner, scratch))
        {
        }

        if (scanner.IsAtEnd)
        {
            return false;
        }

        StatementReader.Read(ref scanner, scratch, listed: null, "");
        return scanner.Error is null && (scanner.IsAtEnd || scanner.Rest is [';', ..]);
    }

    /// <summary>Takes the heading of a function that <c>llvm-objdump</c> prints: <c>0000000000000000 &lt;name&gt;:</c>.</summary>
    private static void TakeHeading(ref LineScanner scanner, ListingReader listing)
    {
        int position = scanner.Position;
        if (scanner.TryTakeAddress())
        {
            scanner.Expect('<');
            Place(scanner.TakeUntil('>'), position, ref scanner, listing);
            scanner.Expect(':');
        }
    }

    /// <summary>Takes the slot number of a listing: <c>12:</c>.</summary>
    private static bool TakeSlotNumber(ref LineScanner scanner, ListingReader listing)
    {
        int position = scanner.Position;
        if (scanner.Rest is ['0', ..] && scanner.Rest.Contains("R_BPF_", StringComparison.Ordinal))
        {
            scanner.FailAt(position, "The previous instruction is incomplete: a linker fills in the address of a symbol (a relocation). "
                + "Write the symbol's meaning: map[name], a label, or a number.");
            return false;
        }

        if (!scanner.TryTakeNumber(out ulong number))
        {
            return false;
        }

        scanner.Expect(':');
        if (number > int.MaxValue)
        {
            scanner.FailAt(position, "The slot number is too large for a program.");
        }
        else if (!listing.IsNextSlot((int)number, out int expected))
        {
            scanner.FailAt(position, $"The slot number must be {expected}: instructions before it are missing or extra.");
        }

        return true;
    }

    /// <summary>Takes the bytes of one instruction that <c>llvm-objdump</c> prints: 8, or 16.</summary>
    private static Instruction? TakeBytes(ref LineScanner scanner)
    {
        int position = scanner.Position;
        Span<byte> bytes = stackalloc byte[2 * Instruction.SlotSize];
        int count = 0;
        while (count < bytes.Length && scanner.TryTakeByte(out bytes[count]))
        {
            count++;
        }

        if (count is not (Instruction.SlotSize or 2 * Instruction.SlotSize))
        {
            scanner.Return(position);
            return null;
        }

        if (!Instruction.TryDecode(bytes[..count], out Instruction instruction, out string? reason))
        {
            scanner.FailAt(position, $"These bytes are not an instruction: {reason}.");
        }
        else if (instruction.Slots * Instruction.SlotSize != count)
        {
            scanner.FailAt(position, "These are the bytes of two instructions.");
        }

        return instruction;
    }

    /// <summary>Takes the opcode in the kernel's listings: <c>(85)</c>.</summary>
    private static byte? TakeOpcode(ref LineScanner scanner)
    {
        if (!scanner.TryTake('('))
        {
            return null;
        }

        int position = scanner.Position;
        if (!byte.TryParse(scanner.TakeUntil(')'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte opcode))
        {
            scanner.FailAt(position, "Expected an opcode: two hexadecimal digits.");
        }

        return opcode;
    }

    private static bool TakeLabel(ref LineScanner scanner, ListingReader listing)
    {
        int position = scanner.Position;
        ReadOnlySpan<char> name = scanner.TakeWord();
        if (name.IsEmpty || !scanner.TryTake(':'))
        {
            scanner.Return(position);
            return false;
        }

        Place(name, position, ref scanner, listing);
        return true;
    }

    private static void Place(ReadOnlySpan<char> name, int position, ref LineScanner scanner, ListingReader listing)
    {
        if (!Symbols.IsLabelName(name))
        {
            string reason = HelperNames.TryGetNumber(name, out _) ? ": it is the name of a helper" : "";
            scanner.FailAt(position, $"A label cannot be called {LineScanner.Quote(name)}{reason}.");
            return;
        }

        Label label = listing.LabelNamed(name, position);
        if (label.Slot is not null)
        {
            scanner.FailAt(position, $"The label {LineScanner.Quote(name)} is placed already.");
            return;
        }

        listing.Assembler.Mark(label);
    }
}
