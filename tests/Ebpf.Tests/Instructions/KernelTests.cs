using System.Globalization;
using System.Text.RegularExpressions;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.TestSupport;
using Op = Ebpf.Instructions.Opcodes;

namespace Ebpf.Tests.Instructions;

/// <summary>The kernel takes what is assembled here and computes what it should.</summary>
public sealed partial class KernelTests
{
    [Fact]
    public void Arithmetic_gives_what_the_model_gives() => Check(KernelCases.Arithmetic);

    [Fact]
    public void Jumps_and_calls_go_where_the_model_goes() => Check(KernelCases.Jumps);

    [Fact]
    public void Loads_and_stores_move_what_the_model_moves() => Check(KernelCases.Memory);

    [Fact]
    public void Atomic_operations_leave_what_the_model_leaves() => Check(KernelCases.Atomics);

    [Fact]
    public void May_goto_ends_a_loop_that_has_no_end() => Check(
        [
            new(
                """
                *(u64 *)(r9 + 24) = 0
                loop: may_goto end
                r3 = *(u64 *)(r9 + 24)
                r3 += 1
                *(u64 *)(r9 + 24) = r3
                goto loop
                end: r0 = 1
                r3 = *(u64 *)(r9 + 24)
                if r3 > 1000 goto many
                r0 = 0
                many:
                """,
                static (_, _) => 1),
        ],
        numbers: 0);

    [Fact]
    public void A_reference_to_a_function_needs_the_functions_type()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        BpfCode code = Assembler.Parse("r2 = subprog[f]\nr0 = 0\nexit\nf: r0 = 0\nexit");
        VerifierException refusal = Assert.Throws<VerifierException>(() => BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { License = "MIT" }));
        Assert.Contains("missing btf func_info", refusal.Log, StringComparison.Ordinal);
    }

    /// <remarks>Addresses of maps and functions are the kernel's: of those lines the opcode and the register are compared.</remarks>
    [Fact]
    public void The_verifiers_log_is_assembled_to_the_bytes_that_were_loaded()
    {
        Requires.Root();
        using BpfMap<uint, KernelCase.Cells> cells = KernelCase.CreateCells();
        foreach (KernelCase test in KernelCases.All.Where(static test => test.Text.Length < 10_000))
        {
            BpfCode code = test.Assemble(cells);
            using KernelProgram program = KernelProgram.Load(code);
            BpfCode read = Assembler.Parse(InstructionsOf(program.Log, out int[] slots));
            Dictionary<int, Instruction> loaded = SlotsOf(code);
            // Branches that are never taken are not printed.
            Assert.True(read.Instructions.Count > loaded.Count / 2, program.Log);
            foreach ((int i, Instruction printed) in read.Instructions.Index())
            {
                Instruction expected = loaded[slots[i]];
                bool isAddress = expected is { Opcode: Op.LoadImmediate64, Source.Number: not 0 };
                Assert.Equal(isAddress ? expected with { Source = default, Immediate = 0 } : expected, isAddress ? printed with { Immediate = 0 } : printed);
            }
        }
    }

    private static void Check(IEnumerable<KernelCase> tests, params ulong[] numbers)
    {
        Requires.Root();
        using BpfMap<uint, KernelCase.Cells> cells = KernelCase.CreateCells();
        using MappedArray<KernelCase.Cells> memory = cells.MapMemory(writable: true);
        int count = 0;
        foreach (KernelCase test in tests)
        {
            test.Check(cells, memory, numbers.Length == 0 ? KernelCases.Numbers : numbers);
            count++;
        }

        Assert.NotEqual(0, count);
    }

    /// <summary>The lines that are instructions, each once, in the order of their slots and numbered without gaps.</summary>
    private static string InstructionsOf(string log, out int[] slots)
    {
        SortedDictionary<int, string> lines = [];
        foreach (Match match in InstructionLine().Matches(log))
        {
            lines[int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)] = match.Groups[2].Value;
        }

        slots = [.. lines.Keys];
        return string.Join('\n', lines.Values);
    }

    private static Dictionary<int, Instruction> SlotsOf(BpfCode code)
    {
        Dictionary<int, Instruction> slots = [];
        int slot = 0;
        foreach (Instruction instruction in code.Instructions)
        {
            slots[slot] = instruction;
            slot += instruction.Slots;
        }

        return slots;
    }

    // Some lines begin with the state before: "5: R0=1 R1=2" stands on a line of its own.
    [GeneratedRegex(@"^(\d+): (\([0-9a-f]{2}\) .*)$", RegexOptions.Multiline)]
    private static partial Regex InstructionLine();
}
