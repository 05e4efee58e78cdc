using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Reads the symbols of compiled programs, which a linker or loader replaces: <c>r1 = counts ll</c>. A symbol with the name of a map that was passed is that
/// map; other symbols are refused.
/// </summary>
internal static class SymbolReader
{
    /// <param name="scanner">The line, after the word.</param>
    /// <param name="listing">The maps.</param>
    /// <param name="word">The symbol's name.</param>
    /// <param name="left">The register on the left.</param>
    /// <param name="start">The position of the name.</param>
    /// <param name="instruction">The reference to the map.</param>
    /// <returns>True if this is a symbol; the line may be refused.</returns>
    public static bool TryRead(
        ref LineScanner scanner, ListingReader listing, ReadOnlySpan<char> word, Register left, int start, out Instruction instruction)
    {
        instruction = default;
        bool hasOffset = scanner.Position is var place && scanner.Rest is ['+' or '-', ..];
        _ = scanner.TakeSignedTerms();
        if (scanner.Error is not null || scanner.TakeWord() is not "ll")
        {
            return false;
        }

        string name = word.ToString();
        if (listing.Maps is null || !listing.Maps.TryGetValue(name, out BpfMap? map))
        {
            string quoted = LineScanner.Quote(word);
            scanner.FailAt(start, $"{quoted} is a symbol that a linker must resolve, and no map was passed under that name: "
                + "write map[name] for a map, subprog[label] for a function, or a number.");
            return true;
        }

        if (hasOffset)
        {
            scanner.FailAt(place, "A map cannot have an offset: write map[name][0]+8 for an address in its value.");
        }

        instruction = new(Opcodes.LoadImmediate64, left, new Register(Opcodes.PseudoMapIndex), 0, (uint)listing.Assembler.IndexOf(map, name));
        return true;
    }
}
