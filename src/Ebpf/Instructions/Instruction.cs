using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Ebpf.Instructions;

/// <summary>One instruction. A load of a 64-bit immediate takes two slots of <see cref="SlotSize"/> bytes, any other takes one.</summary>
/// <param name="Opcode">Says what it does (RFC 9669, section 3).</param>
/// <param name="Destination">The register that it changes, or the left side of a comparison.</param>
/// <param name="Source">The register that it reads. In a 64-bit load its number says what the immediate stands for.</param>
/// <param name="Offset">Of memory in bytes, of jumps in slots from the next instruction on.</param>
/// <param name="Immediate">The constant: 32 bits, sign-extended, or all 64 of a 64-bit load.</param>
public readonly record struct Instruction(byte Opcode, Register Destination, Register Source, short Offset, long Immediate)
{
    /// <summary>The bytes of one slot.</summary>
    public const int SlotSize = 8;

    /// <summary>How many slots it takes: 1 or 2.</summary>
    public int Slots => Opcode == Opcodes.LoadImmediate64 ? 2 : 1;

    /// <summary>
    /// How far it jumps, calls or refers to within its program, in slots from the next instruction on (of a reference, from its second slot on);
    /// null where it does not.
    /// </summary>
    internal int? Distance => this switch
    {
        { Opcode: Opcodes.Call } => Source.Number == Opcodes.PseudoCall ? (int)Immediate : null,
        { Opcode: Opcodes.JumpLong } or { Opcode: Opcodes.LoadImmediate64, Source.Number: Opcodes.PseudoFunction } => (int)Immediate,
        { Opcode: Opcodes.Exit } => null,
        _ => (Opcode & Opcodes.ClassMask) is Opcodes.ClassJump or Opcodes.ClassJump32 ? Offset : null,
    };

    /// <summary>Reads the instruction at the start of some bytes, as a little-endian machine's kernel reads it. Never throws.</summary>
    /// <param name="bytes">What to read; more may follow.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="error">Why there is none: for people.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Instruction instruction, [NotNullWhen(false)] out string? error) =>
        InstructionDecoder.TryDecode(bytes, out instruction, out error);

    /// <summary>Writes the instruction as a little-endian machine's kernel reads it.</summary>
    /// <param name="destination">At least <see cref="Slots"/> times <see cref="SlotSize"/> bytes.</param>
    /// <exception cref="ArgumentException">The instruction does not fit there.</exception>
    /// <exception cref="InvalidOperationException">The immediate has more than the 32 bits that there are for it.</exception>
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

    /// <summary>The instruction in the kernel's notation: <c>r0 = *(u32 *)(r1 + 16)</c>.</summary>
    public override string ToString() => InstructionFormatter.Format(this);
}
