using Ebpf.Instructions;
using Op = Ebpf.Instructions.Opcodes;

namespace Ebpf.Tests.Instructions;

/// <summary>Instructions of every form in the data file, with other registers, offsets and constants.</summary>
internal static class RandomInstructions
{
    private static readonly long[] Corners =
        [
            0, 1, -1, 9, 10, 16, 32, 64, short.MaxValue, short.MinValue, int.MaxValue, int.MinValue, uint.MaxValue, 1L + uint.MaxValue,
            long.MaxValue, long.MinValue,
        ];

    public static IReadOnlyList<Instruction> Forms { get; } =
        [.. DataFile.Read("instructions.txt").Select(static columns => BpfCode.Decode(InstructionFormTests.FromHex(columns[0])).Instructions[0])];

    /// <summary>The form with other operands, where it may have them.</summary>
    public static Instruction Vary(Instruction form, int destination, int source, short offset, long immediate)
    {
        if (form is { Opcode: Op.LoadImmediate64, Source.Number: Op.PseudoMapDescriptor or Op.PseudoMapIndex or Op.PseudoFunction })
        {
            immediate = (uint)immediate;
        }
        else if (form.Slots == 1)
        {
            immediate = (int)immediate;
        }

        ReadOnlySpan<Instruction> variants =
        [
            form with { Destination = new Register((byte)destination) },
            form with { Source = new Register((byte)source) },
            form with { Offset = offset },
            form with { Immediate = immediate },
        ];
        // One field after the other, and each only where the result is still an instruction of the same kind.
        Instruction varied = form;
        if (IsInstruction(variants[0]))
        {
            varied = varied with { Destination = variants[0].Destination };
        }

        if (IsInstruction(variants[1]) && form.Opcode is not (Op.LoadImmediate64 or Op.Call))
        {
            varied = varied with { Source = variants[1].Source };
        }

        if (IsInstruction(variants[2]))
        {
            varied = varied with { Offset = offset };
        }

        return IsInstruction(variants[3]) ? varied with { Immediate = immediate } : varied;
    }

    /// <summary>A program whose far jumps, calls and references stay inside.</summary>
    public static BpfCode Program(int seed, int count, Func<Instruction, bool> choose)
    {
        Instruction[] forms = [.. Forms.Where(choose)];
        Random random = new(seed);
        Instruction[] program = new Instruction[count];
        int[] slots = new int[count];
        int slot = 0;
        for (int i = 0; i < count; i++)
        {
            // Every form comes, and most come often.
            Instruction form = forms[i < forms.Length ? i : random.Next(forms.Length)];
            program[i] = Vary(form, random.Next(11), random.Next(11), (short)Number(random), Number(random));
            slots[i] = slot;
            slot += program[i].Slots;
        }

        for (int i = 0; i < count; i++)
        {
            if (IsFar(program[i]))
            {
                int distance = slots[random.Next(count)] - slots[i] - 1;
                program[i] = program[i] with { Immediate = program[i].Slots == 2 ? (uint)distance : distance };
            }
        }

        return new BpfCode(program, [], [], [], null);
    }

    public static bool IsFar(in Instruction instruction) =>
        instruction.Distance is not null && (instruction.Opcode is Op.Call or Op.JumpLong or Op.LoadImmediate64);

    private static bool IsInstruction(in Instruction instruction) => InstructionDecoder.FindFault(instruction) is null;

    private static long Number(Random random) => random.Next(3) switch
    {
        0 => Corners[random.Next(Corners.Length)],
        1 => random.Next(-100, 100),
        _ => random.NextInt64(long.MinValue, long.MaxValue),
    };
}
