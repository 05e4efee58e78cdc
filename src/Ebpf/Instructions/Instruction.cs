using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Ebpf.Instructions;

/// <summary>
/// Represents one instruction. A load of a 64-bit immediate takes two slots of <see cref="SlotSize"/> bytes, any other instruction takes one.
/// </summary>
/// <param name="Opcode">The operation (RFC 9669, section 3).</param>
/// <param name="Destination">The register that the instruction changes, or the left side of a comparison.</param>
/// <param name="Source">The register that the instruction reads. In a 64-bit load its number is the meaning of the immediate.</param>
/// <param name="Offset">The offset of memory in bytes, or of jumps in slots from the next instruction.</param>
/// <param name="Immediate">The constant: 32 bits, sign-extended, or all 64 bits of a 64-bit load.</param>
public readonly record struct Instruction(byte Opcode, Register Destination, Register Source, short Offset, long Immediate)
{
    /// <summary>The size of a slot in bytes.</summary>
    public const int SlotSize = 8;

    /// <summary>Gets the number of slots of the instruction: 1 or 2.</summary>
    public int Slots => Opcode == Opcodes.LoadImmediate64 ? 2 : 1;

    /// <summary>
    /// Gets the distance of a jump, call or reference within the program, in slots from the next instruction (for a reference, from its second slot); null for
    /// other instructions.
    /// </summary>
    internal int? Distance => this switch
    {
        { Opcode: Opcodes.Call } => Source.Number == Opcodes.PseudoCall ? (int)Immediate : null,
        { Opcode: Opcodes.JumpLong } or { Opcode: Opcodes.LoadImmediate64, Source.Number: Opcodes.PseudoFunction } => (int)Immediate,
        { Opcode: Opcodes.Exit } => null,
        _ => (Opcode & Opcodes.ClassMask) is Opcodes.ClassJump or Opcodes.ClassJump32 ? Offset : null,
    };

    /// <summary>Decodes the instruction at the start of bytes in little-endian form, without an exception.</summary>
    /// <param name="bytes">The bytes; more may follow the instruction.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="error">The reason why the bytes are not an instruction, as text for people.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Instruction instruction, [NotNullWhen(false)] out string? error) =>
        InstructionDecoder.TryDecode(bytes, out instruction, out error);

    /// <summary>Encodes the instruction in little-endian form.</summary>
    /// <param name="destination">At least <see cref="Slots"/> times <see cref="SlotSize"/> bytes.</param>
    /// <exception cref="ArgumentException">The instruction does not fit.</exception>
    /// <exception cref="InvalidOperationException">The immediate has more than 32 bits.</exception>
    public void Encode(Span<byte> destination)
    {
        if (destination.Length < Slots * SlotSize)
        {
            throw new ArgumentException($"This instruction needs {Slots * SlotSize} bytes, and there are {destination.Length}.", nameof(destination));
        }

        if (Slots == 1 && Immediate != (int)Immediate)
        {
            throw new InvalidOperationException($"The immediate {Immediate} does not fit into 32 bits.");
        }

        destination[0] = Opcode;
        destination[1] = (byte)(Destination.Number | (Source.Number << 4));
        BinaryPrimitives.WriteInt16LittleEndian(destination[2..], Offset);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], unchecked((int)Immediate));
        if (Slots == 2)
        {
            destination.Slice(8, 4).Clear();
            BinaryPrimitives.WriteInt32LittleEndian(destination[12..], unchecked((int)(Immediate >> 32)));
        }
    }

    /// <summary>Returns the instruction in the kernel's notation: <c>r0 = *(u32 *)(r1 + 16)</c>.</summary>
    public override string ToString() => InstructionFormatter.Format(this);
}
