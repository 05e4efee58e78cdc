using System.Globalization;

namespace Ebpf.Instructions;

/// <summary>Represents the position of bytes that are not an instruction, and the reason.</summary>
/// <param name="Slot">The slot, from 0 on.</param>
/// <param name="Reason">The reason, as text for people.</param>
public readonly record struct DecodingError(int Slot, string Reason)
{
    /// <summary>Returns one line with the slot, the byte and the reason.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"slot {Slot} (byte {(long)Slot * Instruction.SlotSize}): {Reason}");
}
