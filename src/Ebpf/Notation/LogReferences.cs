using System.Globalization;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Reads 64-bit loads in the verifier's log. The log has the kernel address of a map, <c>r1 = 0xffff888104a1f000</c>, in the form of a constant; the state
/// after the instruction shows that it is a map: <c>R1=map_ptr(map=counts,ks=4,vs=8)</c>.
/// </summary>
internal static class LogReferences
{
    private const string Load64 = "(18) ";

    /// <param name="listing">The maps and the assembler.</param>
    /// <param name="line">The line.</param>
    /// <param name="log">The log.</param>
    /// <param name="isReference">True if the load is a reference and was written; otherwise it is for the reader of listings.</param>
    /// <param name="error">The reason why the reference is unknown.</param>
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
            // The reader of listings reports the error.
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
            reason = "The log does not show whether this is a number, a map or a function: the state after it ('; R1=...') is missing.";
        }
        else if (!char.IsAsciiDigit(value[0]) && value[0] != '-' && !value.StartsWith("scalar(") && !value.StartsWith("P"))
        {
            reason = $"This is an unknown kind of reference: {LineScanner.Quote(value)}.";
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

    /// <summary>Returns the state of a register: the text after <c>R1=</c> or <c>R1_w=</c>, up to the next register.</summary>
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
                    reason = "The log does not show the offset into the map's value.";
                    return null;
                }

                offset += number;
            }
        }

        if (name is null)
        {
            reason = "This is a map without a name, so the log does not show which one: name the maps.";
            return null;
        }

        BpfMap? map = null;
        string key = name;
        if (listing.Maps is not null && !listing.Maps.TryGetValue(name, out map))
        {
            // The kernel's name may differ from that in the text.
            KeyValuePair<string, BpfMap>[] named = [.. listing.Maps.Where(pair => pair.Value.Name == name)];
            (key, map) = named.Length == 1 ? (named[0].Key, named[0].Value) : (name, null);
        }

        reason = map is null ? $"This is the map {LineScanner.Quote(name)} of the kernel: pass a map under that name." : null;
        return map is null
            ? null
            : (isValue ? Opcodes.PseudoMapIndexValue : Opcodes.PseudoMapIndex, (offset << 32) | (uint)listing.Assembler.IndexOf(map, key));
    }
}
