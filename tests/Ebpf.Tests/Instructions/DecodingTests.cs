using System.Globalization;
using Ebpf.Instructions;
using Ebpf.Notation;

namespace Ebpf.Tests.Instructions;

/// <summary>Tests the messages about bytes that are not a program.</summary>
public sealed class DecodingTests
{
    public static TheoryData<string, string, string> Malformed
    {
        get
        {
            TheoryData<string, string, string> malformed = [];
            foreach (string[] columns in DataFile.Read("malformed.txt"))
            {
                malformed.Add(columns[0], columns[1], columns[2]);
            }

            return malformed;
        }
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Bytes_that_are_no_instruction_are_an_error_that_says_where_and_why(string slot, string reason, string bytes)
    {
        Assert.False(BpfCode.TryDecode(InstructionFormTests.FromHex(bytes), out BpfCode? code, out DecodingError error));
        Assert.Null(code);
        Assert.Equal(int.Parse(slot, CultureInfo.InvariantCulture), error.Slot);
        Assert.StartsWith(reason, error.Reason, StringComparison.Ordinal);
        Assert.Equal(error.ToString(), Assert.Throws<AssemblyException>(() => BpfCode.Decode(InstructionFormTests.FromHex(bytes))).Message);
    }

    [Fact]
    public void No_bytes_are_a_program_without_instructions() => Assert.Empty(BpfCode.Decode([]).Instructions);

    /// <remarks>Every opcode with every choice of registers, offsets and immediates that decides what it is.</remarks>
    [Fact]
    public void What_decodes_is_printed_and_read_to_the_same_for_every_opcode()
    {
        byte[] registers = [0x00, 0x01, 0x10, 0x21, 0x22, 0x41, 0x51, 0x61, 0x60, 0xaa, 0xb0, 0x0b];
        short[] offsets = [0, 1, 2, 8, 16, 24, 32, -1, 1000];
        int[] immediates = [0, 1, 16, 32, 64, 0x40, 0x41, 0x50, 0x51, 0xa0, 0xa1, 0xe1, 0xf1, 0x100, 0x110, -1];
        HashSet<byte> known = [];
        byte[] bytes = new byte[2 * Instruction.SlotSize];
        for (int opcode = 0; opcode <= byte.MaxValue; opcode++)
        {
            foreach ((byte register, short offset, int immediate) in
                from register in registers from offset in offsets from immediate in immediates select (register, offset, immediate))
            {
                bytes[0] = (byte)opcode;
                bytes[1] = register;
                BitConverter.TryWriteBytes(bytes.AsSpan(2), offset);
                BitConverter.TryWriteBytes(bytes.AsSpan(4), immediate);
                if (Instruction.TryDecode(bytes, out Instruction instruction, out _))
                {
                    known.Add((byte)opcode);
                    Assert.Equal(instruction, Assert.Single(Assembler.Parse(instruction.ToString()).Instructions));
                }
            }
        }

        Assert.Equal(RandomInstructions.Forms.Select(static form => form.Opcode).ToHashSet(), known);
    }
}
