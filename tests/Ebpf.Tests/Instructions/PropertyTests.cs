using System.Text;
using CsCheck;
using Ebpf.Instructions;
using Ebpf.Notation;

namespace Ebpf.Tests.Instructions;

/// <summary>Properties of all instructions, programs, bytes and texts.</summary>
public sealed class PropertyTests
{
    private static readonly Gen<Instruction> AnyInstruction =
        from form in Gen.Int[0, RandomInstructions.Forms.Count - 1]
        from destination in Gen.Int[0, 10]
        from source in Gen.Int[0, 10]
        from offset in Gen.OneOf(Gen.Short, Gen.Short[-20, 20])
        from immediate in Gen.OneOf(Gen.Long, Gen.Long[-20, 20])
        select RandomInstructions.Vary(RandomInstructions.Forms[form], destination, source, offset, immediate);

    private static readonly Gen<BpfCode> AnyProgram =
        from instructions in AnyInstruction.Array[0, 60]
        select new BpfCode(instructions, [], [], [], null);

    /// <summary>Parts of listings, and texts that are not parts of listings.</summary>
    private static readonly string[] Pieces =
    [
        " ", "\t", "\n", "\r", "\0", "\e[", ":", ";", "#", "/", "//", "(", ")", "[", "]", "{", "*", "+", "-", "=", "==", "<", ">", "!", "&", "|", "^", "%",
        ",", ".", "$", "_", "0", "9", "0x", "ffffffffffffffffff", "99999999999999999999", "r0", "r10", "r11", "w1", "ll", "pc", "goto", "gotol", "if", "call",
        "exit", "lock", "map", "subprog", "skb", "ld_pseudo", "u8", "s32", "bpf_loop", "load_acquire", "xchg_64", "cmpxchg32_32", "atomic64_fetch_add",
        "store_release", "may_goto", "s/=", "s>>=", "be16", "bswap", "é", "\u202e", "\ud83d\ude00", "\ud83d",
    ];

    private static readonly Gen<string> AnyPiece = Gen.Int[0, Pieces.Length - 1].Select(static i => Pieces[i]);

    private static readonly Gen<string> AnyDamagedListing =
        from program in AnyProgram
        from damage in Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, 6], AnyPiece).Array[1, 4]
        select Damage(program.ToString(), damage);

    [Fact]
    public void What_is_encoded_is_decoded_to_the_same() => AnyInstruction.Sample(static instruction =>
    {
        byte[] bytes = new byte[instruction.Slots * Instruction.SlotSize];
        instruction.Encode(bytes);
        return Instruction.TryDecode(bytes, out Instruction decoded, out _) && decoded == instruction;
    });

    [Fact]
    public void What_is_printed_is_read_to_the_same() => AnyProgram.Sample(static program =>
        Assembler.Parse(program.ToString()) is var read && read.Instructions.SequenceEqual(program.Instructions) && read.ToString() == program.ToString());

    [Fact]
    public void A_program_with_labels_of_its_own_is_printed_with_them_and_read_to_the_same() =>
        Gen.Select(AnyInstruction.Array[1, 60], Gen.Int[0, int.MaxValue]).Sample(static (instructions, seed) =>
        {
            Random random = new(seed);
            Assembler asm = new();
            // L1, L3 …: what a listing would call labels without a name.
            Label[] labels = [.. instructions.Select((_, i) => asm.NewLabel(i % 2 == 0 ? null : $"L{i}"))];
            foreach ((int i, Instruction instruction) in instructions.Index())
            {
                asm.Mark(labels[i]);
                if (instruction.Distance is null)
                {
                    asm.Emit(instruction);
                }
                else
                {
                    asm.EmitJump(instruction, labels[random.Next(labels.Length)], default);
                }
            }

            BpfCode program = asm.Assemble();
            BpfCode read = Assembler.Parse(program.ToString());
            return read.Instructions.SequenceEqual(program.Instructions) && read.ToString() == program.ToString();
        });

    [Fact]
    public void Any_bytes_are_instructions_that_encode_to_them_or_an_error() =>
        Gen.OneOf(Gen.Byte.Array[0, 64], AnyDamagedBytes()).Sample(static bytes =>
        {
            if (!BpfCode.TryDecode(bytes, out BpfCode? code, out DecodingError error))
            {
                return error.Slot >= 0 && error.Slot * Instruction.SlotSize < bytes.Length && error.Reason.Length > 0;
            }

            return code.ToBytes().AsSpan().SequenceEqual(bytes) && Assembler.Parse(code.ToString()).ToBytes().AsSpan().SequenceEqual(bytes);
        }, iter: 20_000);

    [Fact]
    public void Any_text_is_a_program_or_an_error_with_a_place_in_it() =>
        Gen.OneOf(Gen.String, AnyPiece.Array[0, 30].Select(static pieces => string.Concat(pieces)), AnyDamagedListing).Sample(static text =>
        {
            if (Assembler.TryParse(text, null, out BpfCode? code, out AssemblyError? error))
            {
                return Assembler.Parse(code.ToString()).ToBytes().AsSpan().SequenceEqual(code.ToBytes());
            }

            string[] lines = text.Split('\n');
            return error.Line >= 1 && error.Line <= lines.Length
                && lines[error.Line - 1].TrimEnd('\r') == error.Text
                && error.Column >= 1 && error.Column <= error.Text.Length + 1
                && error.Reason.EndsWith('.') && error.ToString().Split('\n') is [_, _, [.., '^']]
                && error.ToString().All(static c => c == '\n' || !char.IsControl(c));
        }, iter: 20_000);

    private static Gen<byte[]> AnyDamagedBytes() =>
        from program in AnyProgram
        from damage in Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[0, 2]
        select Damage(program.ToBytes(), damage);

    private static byte[] Damage(byte[] bytes, (int Position, byte Value)[] damage)
    {
        foreach ((int position, byte value) in damage.Where(_ => bytes.Length > 0))
        {
            bytes[position % bytes.Length] = value;
        }

        return bytes;
    }

    /// <summary>Puts pieces into the text, or in place of some characters.</summary>
    private static string Damage(string text, (int Position, int Removed, string Piece)[] damage)
    {
        StringBuilder damaged = new(text);
        foreach ((int position, int removed, string piece) in damage)
        {
            int start = position % (damaged.Length + 1);
            damaged.Remove(start, Math.Min(removed, damaged.Length - start)).Insert(start, piece);
        }

        return damaged.ToString();
    }
}
