using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Instructions;

/// <summary>The kernel takes what is assembled here and computes what it should.</summary>
public sealed class KernelTests
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

    [Fact]
    public void The_verifiers_log_is_read_to_the_program_that_was_loaded()
    {
        Requires.Root();
        using BpfMap<uint, KernelCase.Cells> cells = BpfMap.Create<uint, KernelCase.Cells>(
            BpfMapType.Array, 1, BpfMapFlags.MemoryMappable, name: "cells");
        Dictionary<string, BpfMap> maps = new() { ["cells"] = cells };
        int equal = 0, refused = 0;
        foreach (KernelCase test in KernelCases.All.Where(static test => test.Text.Length < 10_000))
        {
            BpfCode code = test.Assemble(cells);
            using KernelProgram program = KernelProgram.Load(code);
            if (Assembler.TryParseLog(program.Log, maps, out BpfCode? read, out AssemblyError? error))
            {
                Assert.Equal(code.Instructions, read.Instructions);
                equal++;
            }
            else
            {
                // Older kernels do not print what is never reached, nor the names of maps.
                Assert.Matches("is missing in this log|This is a map without a name|The log does not tell", error.Reason);
                refused++;
            }
        }

        Assert.NotEqual(0, equal + refused);
        TestContext.Current.TestOutputHelper?.WriteLine($"Logs of this kernel: {equal} programs equal, {refused} refused, 0 different");
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
}
