using System.Globalization;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Reads references to maps: <c>map[name]</c>, <c>map[fd:3]</c> (a descriptor), <c>map[idx:0]</c> (an index), and <c>map[name][0]+8</c>, the address of a place
/// in an array's first value.
/// </summary>
internal static class MapReader
{
    public static Instruction Read(ref LineScanner scanner, ListingReader listing, Register left, bool is32Bit)
    {
        if (is32Bit)
        {
            scanner.Fail($"a whole register on the left (r{left.Number})");
        }

        scanner.Expect('[');
        int position = scanner.Position;
        ReadOnlySpan<char> name = scanner.TakeUntil(']').Trim();
        (byte kind, uint number) = Find(ref scanner, listing, name, position);
        if (!scanner.TryTake('['))
        {
            return new(Opcodes.LoadImmediate64, left, new Register(kind), 0, number);
        }

        if (!scanner.TryTake('0'))
        {
            scanner.Fail("0: only the first value has an address");
        }

        scanner.Expect(']');
        if (kind == Opcodes.PseudoMapIndex && listing.Assembler.MapAt(number) is { } map && MapReference.FindFaultOfValue(map) is { } fault)
        {
            scanner.FailAt(position, fault);
        }

        int start = scanner.Position;
        Int128 offset = scanner.TakeSignedTerms();
        if (offset < 0 || offset > uint.MaxValue)
        {
            scanner.FailAt(start, $"An offset into a value must be from 0 to {uint.MaxValue}.");
            return default;
        }

        byte valueKind = kind == Opcodes.PseudoMapDescriptor ? Opcodes.PseudoMapValue : Opcodes.PseudoMapIndexValue;
        return new(Opcodes.LoadImmediate64, left, new Register(valueKind), 0, unchecked((long)((ulong)offset << 32)) | number);
    }

    private static (byte Kind, uint Number) Find(ref LineScanner scanner, ListingReader listing, ReadOnlySpan<char> name, int position)
    {
        string key = name.ToString();
        if (listing.Maps is not null && listing.Maps.TryGetValue(key, out BpfMap? map))
        {
            return (Opcodes.PseudoMapIndex, (uint)listing.Assembler.IndexOf(map, key));
        }

        if (name.StartsWith("fd:") || name.StartsWith("idx:"))
        {
            bool isDescriptor = name[0] == 'f';
            if (int.TryParse(name[(isDescriptor ? 3 : 4)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
            {
                return (isDescriptor ? Opcodes.PseudoMapDescriptor : Opcodes.PseudoMapIndex, (uint)number);
            }

            scanner.FailAt(position, "Expected a number after the colon.");
            return default;
        }

        string known = listing.Maps is { Count: > 0 } maps ? $"there are {string.Join(", ", maps.Keys)}" : "no maps were passed";
        scanner.FailAt(position, name.StartsWith("id:")
            ? $"A map of a loaded program has an id, and no map was passed under the name {LineScanner.Quote(key)}: "
                + $"open it with OpenById and pass it under that name ({known})."
            : $"There is no map {LineScanner.Quote(key)}: {known}.");
        return default;
    }
}
