using System.Globalization;

namespace Ebpf.Instructions;

/// <summary>Where bytes are no instruction, and why.</summary>
/// <param name="Slot">The slot, from 0 on.</param>
/// <param name="Reason">What is wrong with it, for people.</param>
public readonly record struct DecodingError(int Slot, string Reason)
{
    /// <summary>One line: the slot, the byte and the reason.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"slot {Slot} (byte {(long)Slot * Instruction.SlotSize}): {Reason}");
}
