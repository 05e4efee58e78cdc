using System.Text.RegularExpressions;
using Ebpf.Instructions;
using Ebpf.Notation;
using Hops.TestSupport;
using Op = Ebpf.Instructions.Opcodes;

namespace Ebpf.Tests.Instructions;

/// <summary>LLVM reads what is printed here, and what it prints is read here: the bytes stay the same.</summary>
public sealed partial class LlvmTests
{
    private const int Instructions = 120_000;
    private const int Seed = 20260;

    /// <remarks>LLVM has no label for references to functions (subprog[label]), and no ids of functions of the kernel.</remarks>
    [Fact]
    public void LLVM_assembles_what_is_printed_to_the_same_bytes()
    {
        BpfCode code = RandomInstructions.Program(
            Seed, Instructions, static form => IsKnown(form) && form is not { Opcode: Op.LoadImmediate64, Source.Number: Op.PseudoFunction });
        AssertSame(ForLlvm(code).ToBytes(), Llvm.Assemble(ForLlvm(code.ToString())));
    }

    [Fact]
    public void What_LLVM_prints_is_assembled_to_the_same_bytes()
    {
        BpfCode code = ForLlvm(RandomInstructions.Program(Seed + 1, Instructions, IsKnown));
        AssertSame(code.ToBytes(), Assembler.Parse(Llvm.Disassemble(code.ToBytes(), withBytes: true)).ToBytes());
    }

    /// <remarks>Without the bytes, calls of functions and of helpers that do not exist look the same: those are refused.</remarks>
    [Fact]
    public void What_LLVM_prints_without_bytes_is_assembled_to_the_same_or_refused()
    {
        BpfCode code = ForLlvm(RandomInstructions.Program(Seed + 2, Instructions, IsKnown));
        string[] lines = [.. Llvm.Disassemble(code.ToBytes()).Split('\n').Where(static line => line.Contains(":\t", StringComparison.Ordinal)).Skip(1)];
        Assert.Equal(code.Instructions.Count, lines.Length);
        int equal = 0, refused = 0;
        foreach ((Instruction instruction, string line) in code.Instructions.Zip(lines))
        {
            if (Assembler.TryParse(line, null, out BpfCode? read, out AssemblyError? error))
            {
                Assert.True(read.Instructions.Single() == instruction, line);
                equal++;
            }
            else
            {
                Assert.True(instruction.Opcode == Op.Call, error.ToString());
                refused++;
            }
        }

        Assert.True(equal > refused);
        TestContext.Current.TestOutputHelper?.WriteLine($"llvm-objdump without bytes: {equal} equal, {refused} refused, 0 different");
    }

    /// <summary>Programs as a compiler writes them: the bytes of their object files, and what is printed of those.</summary>
    [Theory]
    [InlineData("loops.ll")]
    [InlineData("widths.ll")]
    [InlineData("functions.ll")]
    public void What_LLVM_compiles_is_read_to_the_bytes_of_the_object(string file)
    {
        (byte[] bytes, string listing, string bare) = Llvm.Compile(Path.Combine(AppContext.BaseDirectory, "Data", file));
        BpfCode code = Assembler.Parse(listing);
        AssertSame(bytes, code.ToBytes());
        string outcome = "equal";
        if (Assembler.TryParse(bare, null, out BpfCode? read, out AssemblyError? error))
        {
            AssertSame(bytes, read.ToBytes());
        }
        else
        {
            Assert.Contains("llvm-objdump prints calls of functions and of helpers in the same form", error.Reason, StringComparison.Ordinal);
            outcome = "refused";
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{file}: {code.Instructions.Count} instructions equal with bytes; without: {outcome}; 0 different");
    }

    /// <remarks>llvm-objdump prints a call of a function ahead (call 0x5) as it prints that of a helper.</remarks>
    [Fact]
    public void What_LLVM_prints_of_a_call_back_is_assembled_to_the_same_bytes()
    {
        byte[] bytes = Assembler.Parse("function: r0 = 1\n exit\n call function\n exit\n call function").ToBytes();
        AssertSame(bytes, Assembler.Parse(Llvm.Disassemble(bytes)).ToBytes());
    }

    private static void AssertSame(byte[] expected, byte[] actual)
    {
        for (int i = 0; i < Math.Min(expected.Length, actual.Length); i += Instruction.SlotSize)
        {
            Span<byte> slot = expected.AsSpan(i, Instruction.SlotSize);
            if (!slot.SequenceEqual(actual.AsSpan(i, Instruction.SlotSize)))
            {
                string found = InstructionFormTests.ToHex(actual.AsSpan(i, Instruction.SlotSize));
                Assert.Fail($"Slot {i / Instruction.SlotSize}: {InstructionFormTests.ToHex(slot)}, but {found}.");
            }
        }

        Assert.Equal(expected.Length, actual.Length);
    }

    // Loads and stores that order memory came with LLVM 21.
    private static bool IsKnown(Instruction form) =>
        !IsCallOfKernelFunction(form)
        && (Llvm21 || (form.Opcode & Op.ClassMask) != Op.ClassStoreRegister || form.Immediate is not (Op.AtomicLoadAcquire or Op.AtomicStoreRelease));

    private static bool Llvm21 { get; } = Llvm.Version >= 21;

    private static bool IsCallOfKernelFunction(in Instruction form) => form is { Opcode: Op.Call, Source.Number: Op.PseudoKernelFunctionCall };

    /// <summary>The program without what LLVM cannot say: the constant in <c>skb[r7 + 4]</c>, the high half of <c>ld_pseudo</c>.</summary>
    private static BpfCode ForLlvm(BpfCode code) => new([.. code.Instructions.Select(static instruction => instruction switch
    {
        { Opcode: Op.LoadImmediate64, Source.Number: not 0 } => instruction with { Immediate = (uint)instruction.Immediate },
        _ when (instruction.Opcode & (Op.ClassMask | Op.ModeMask)) == (Op.ClassLoad | Op.ModePacketIndirect) => instruction with { Immediate = 0 },
        _ => instruction,
    })], [], [], [], null);

    /// <summary>The listing with LLVM's <c>ld_pseudo</c> for references, and without the constant in <c>skb[r7 + 4]</c>.</summary>
    private static string ForLlvm(string listing)
    {
        listing = Reference().Replace(listing, static match => $"ld_pseudo {match.Groups[1].Value}, {(match.Groups[2].Value, match.Groups[4].Success) switch
        {
            ("fd", false) => Op.PseudoMapDescriptor,
            ("fd", true) => Op.PseudoMapValue,
            (_, false) => Op.PseudoMapIndex,
            (_, true) => Op.PseudoMapIndexValue,
        }}, {match.Groups[3].Value}");
        return PacketIndex().Replace(listing, "skb[$1]");
    }

    [GeneratedRegex(@"(r\d+) = map\[(fd|idx):(-?\d+)\](\[0\]\+\d+)?")]
    private static partial Regex Reference();

    [GeneratedRegex(@"skb\[(r\d+) [+-] \d+\]")]
    private static partial Regex PacketIndex();
}
