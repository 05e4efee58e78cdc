using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Reads the symbols of compiled programs, which a linker or loader replaces: <c>r1 = counts ll</c>. A map that was given under that name is one with
/// certainty; anything else is refused.
/// </summary>
internal static class SymbolReader
{
    /// <param name="scanner">The line, after the word.</param>
    /// <param name="listing">Where the maps are.</param>
    /// <param name="word">The symbol's name.</param>
    /// <param name="left">The register on the left.</param>
    /// <param name="start">Where the name stands.</param>
    /// <param name="instruction">The reference to the map.</param>
    /// <returns>Whether this is a symbol; the line may be refused.</returns>
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
            scanner.FailAt(start, $"{quoted} is a symbol, whose address a linker knows, and no map of that name was given: "
                + "write map[name] for a map, subprog[label] for a function, or a number.");
            return true;
        }

        if (hasOffset)
        {
            scanner.FailAt(place, "A map has no places behind it: write map[name][0]+8 for a place in its value.");
        }

        instruction = new(Opcodes.LoadImmediate64, left, new Register(Opcodes.PseudoMapIndex), 0, (uint)listing.Assembler.IndexOf(map, name));
        return true;
    }
}
