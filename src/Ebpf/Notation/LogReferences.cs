using System.Globalization;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Reads 64-bit loads in the verifier's log. It prints a map as an address of the kernel's, <c>r1 = 0xffff888104a1f000</c>, as if it were a constant; what
/// it is, the state after the instruction tells: <c>R1=map_ptr(map=counts,ks=4,vs=8)</c>.
/// </summary>
internal static class LogReferences
{
    private const string Load64 = "(18) ";

    /// <param name="listing">Where maps and the assembler are.</param>
    /// <param name="line">The line.</param>
    /// <param name="log">The log.</param>
    /// <param name="isReference">Whether the load refers to something and was written; else it is for the reader of listings.</param>
    /// <param name="error">Why what it refers to is not known.</param>
    public static bool TryRead(ListingReader listing, LogLine line, string log, out bool isReference, out AssemblyError? error)
    {
        isReference = false;
        error = null;
        ReadOnlySpan<char> text = line.InstructionIn(log);
        if (!text.StartsWith(Load64))
        {
            return true;
        }

        LineScanner scanner = new(text[Load64.Length..]);
        Register left = OperandReader.ReadRegister(ref scanner, is32Bit: false);
        scanner.Expect('=');
        if (!scanner.TryTakeNumber(out ulong number) || !scanner.IsAtEnd)
        {
            // The reader of listings says what is wrong.
            return true;
        }

        ReadOnlySpan<char> value = ValueOf(left, line.StateIn(log));
        (byte Kind, long Immediate)? reference = null;
        string? reason = null;
        if (value.StartsWith("map_ptr(") || value.StartsWith("map_value("))
        {
            reference = FindMap(listing, value, out reason);
        }
        else if (value.StartsWith("func("))
        {
            reference = (Opcodes.PseudoFunction, (uint)number);
        }
        else if (value.IsEmpty)
        {
            reason = "The log does not tell whether this is a number, a map or a function: the state after it ('; R1=...') is missing.";
        }
        else if (!char.IsAsciiDigit(value[0]) && value[0] != '-' && !value.StartsWith("scalar(") && !value.StartsWith("P"))
        {
            reason = $"This refers to something that is not known here: {LineScanner.Quote(value)}.";
        }

        if (reason is not null)
        {
            error = line.ErrorIn(log, reason);
            return false;
        }

        if (reference is var (kind, immediate))
        {
            listing.Assembler.Emit(
                new Instruction(Opcodes.LoadImmediate64, left, new Register(kind), 0, immediate),
                new SourceLocation(null, line.Number, line.Start - line.Offset + 1));
            isReference = true;
        }

        return true;
    }

    /// <summary>What a register holds: what follows <c>R1=</c> or <c>R1_w=</c>, up to the next register.</summary>
    private static ReadOnlySpan<char> ValueOf(Register register, ReadOnlySpan<char> state)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"R{register.Number}");
        foreach (Range range in state.Split(' '))
        {
            ReadOnlySpan<char> word = state[range];
            int equals = word.IndexOf('=');
            if (equals > 0 && (word[..equals].SequenceEqual(name) || (word.StartsWith(name) && word[name.Length] == '_')))
            {
                return word[(equals + 1)..];
            }
        }

        return [];
    }

    private static (byte Kind, long Immediate)? FindMap(ListingReader listing, ReadOnlySpan<char> value, out string? reason)
    {
        bool isValue = value.StartsWith("map_value(");
        string? name = null;
        long offset = 0;
        ReadOnlySpan<char> inside = value[(value.IndexOf('(') + 1)..].TrimEnd(')');
        foreach (Range range in inside.Split(','))
        {
            ReadOnlySpan<char> part = inside[range];
            if (part.StartsWith("map="))
            {
                name = part[4..].ToString();
            }
            else if (part.StartsWith("off=") || part.StartsWith("imm="))
            {
                ReadOnlySpan<char> digits = part[4..];
                bool isHexadecimal = digits.StartsWith("0x");
                if (!uint.TryParse(
                    isHexadecimal ? digits[2..] : digits,
                    isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out uint number))
                {
                    reason = "The log does not tell the place in the map's value.";
                    return null;
                }

                offset += number;
            }
        }

        if (name is null)
        {
            reason = "This is a map without a name, so the log does not tell which: name the maps.";
            return null;
        }

        BpfMap? map = null;
        string key = name;
        if (listing.Maps is not null && !listing.Maps.TryGetValue(name, out map))
        {
            // The name that the kernel knows may be another than that of the text.
            KeyValuePair<string, BpfMap>[] named = [.. listing.Maps.Where(pair => pair.Value.Name == name)];
            (key, map) = named.Length == 1 ? (named[0].Key, named[0].Value) : (name, null);
        }

        reason = map is null ? $"This is the map {LineScanner.Quote(name)} of the kernel: give the map that is meant under that name." : null;
        return map is null
            ? null
            : (isValue ? Opcodes.PseudoMapIndexValue : Opcodes.PseudoMapIndex, (offset << 32) | (uint)listing.Assembler.IndexOf(map, key));
    }
}
