using System.Runtime.CompilerServices;
using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Ebpf.Tests.Explanation;

/// <summary>Programs with the commonest mistakes, and what their author is told.</summary>
public sealed class VerifierAdviceTests
{
    private const BpfProgramType Filter = BpfProgramType.SocketFilter;

    /// <summary>Afterwards r0 is where the value is, or 0.</summary>
    private const string LookUp = """
        *(u32 *)(r10 - 4) = 0
        r1 = map[counts]
        r2 = r10
        r2 += -4
        call bpf_map_lookup_elem

        """;

    /// <summary>The type, the program, the line that is at fault (0 for none), and the start of the advice.</summary>
    public static TheoryData<BpfProgramType, string, int, string> Mistakes => new()
    {
        { Filter, LookUp + "r0 = *(u64 *)(r0 + 0)\nexit", 6, "r0 may be null here" },
        { BpfProgramType.Xdp, "r0 = 5\nr0 = *(u32 *)(r0 + 0)\nexit", 2, "r0 holds a number here" },
        { Filter, "exit", 1, "r0 is the result" },
        { Filter, "r0 = *(u8 *)skb[13]\nexit", 1, "Loads from skb[] expect the context in r6" },
        { Filter, "r0 = *(u8 *)skb[r7 + 13]\nexit", 1, "Loads from skb[] expect the context in r6" },
        { Filter, "r0 = *(u16 *)skb[12]\nexit", 1, "Loads from skb[] expect the context in r6" },
        { Filter, "r0 = *(u32 *)skb[r7 + 12]\nexit", 1, "Loads from skb[] expect the context in r6" },
        { Filter, "// the context, lost\ncall bpf_get_prandom_u32\nr0 = *(u32 *)(r1 + 0)\nexit", 3, "r1 has no value here" },
        { Filter, "r0 = *(u64 *)(r1 + 5000)\nexit", 1, "The context has no field that this program may access with 8 bytes at offset 5000" },
        { Filter, "r6 = r1\nr6 += 8\nr0 = *(u32 *)(r6 + 0)\nexit", 3, "The context is accessed through its own address" },
        { Filter, "r0 = *(u64 *)(r10 - 520)\nexit", 1, "The stack is the 512 bytes below r10: 8 bytes at offset -520 " },
        { Filter, "*(u64 *)(r10 + 8) = 0\nr0 = 0\nexit", 1, "The stack is the 512 bytes below r10: 8 bytes at offset 8 " },
        { Filter, "*(u64 *)(r10 - 6) = 0\nr0 = 0\nexit", 1, "An access to 8 bytes must lie at a multiple of 8" },
        { Filter, "r10 += -8\nr0 = 0\nexit", 1, "r10 cannot be changed" },
        { Filter, "r0 = 0\nexit\n\nr0 = 1\nexit", 4, "No way leads here" },
        { Filter, "r0 = 0\ngoto +5\nexit", 2, "This jump leaves the program" },
        { Filter, "r0 = 0", 0, "A program, and each of its functions, ends with exit" },
        { Filter, "again:\nr0 = 1\nif r0 == 1 goto again\nexit", 3, "Nothing that the verifier knows changes" },
        { Filter, "r0 = 0\nagain:\nr0 += 1\nif r0 < 9000000 goto again\nexit", 0, "The verifier walks every way and every round" },
        {
            Filter,
            "r1 = 5\nr2 = r10\nr2 += -4\n*(u32 *)(r2 + 0) = 0\ncall bpf_map_lookup_elem\nr0 = 0\nexit",
            5,
            "This helper wants map_ptr in r1, and there is scalar"
        },
        { Filter, "call bpf_xdp_adjust_head\nexit", 1, "Another type of program may" },
        { Filter, "call 9999\nexit", 1, "This kernel has no such helper" },
        { Filter, "r1 = r10\nr1 += -8\n*(u64 *)(r10 - 8) = 0\nr2 = 8\ncall bpf_trace_printk\nr0 = 0\nexit", 5, "This helper is for programs whose licence" },
        {
            Filter,
            LookUp + "if r0 == 0 goto out\nr0 = *(u64 *)(r0 + 8)\nout:\nexit",
            7,
            "A value of this map has 8 bytes: 8 bytes at offset 8 are not all within it"
        },
        { Filter, LookUp + "if r0 == 0 goto out\nr1 = *(u64 *)(r0 + 0)\nr0 += r1\nout:\nexit", 8, "Before a number is added to an address" },
        {
            Filter,
            LookUp + "if r0 == 0 goto out\nr1 = *(u32 *)(r0 + 0)\nr0 += r1\nr0 = *(u8 *)(r0 + 0)\nout:\nexit",
            9,
            "The verifier must know the bounds of what was added to r0"
        },
        {
            Filter,
            LookUp + "if r0 == 0 goto out\nr1 = *(s32 *)(r0 + 0)\nif r1 s> 4 goto out\nif r1 s< -4 goto out\nr0 += r1\nr0 = *(u8 *)(r0 + 0)\nout:\nexit",
            11,
            "What was added to r0 may be negative"
        },
        { BpfProgramType.Xdp, "r2 = *(u32 *)(r1 + 0)\nr0 = *(u8 *)(r2 + 0)\nexit", 2, "The packet may end before" },
        { BpfProgramType.CgroupSkb, "r0 = 7\nexit", 2, "The result of this type of program, in r0, must be in [0, 1]" },
        { Filter, "r1 = map[records]\nr2 = 8\nr3 = 0\ncall bpf_ringbuf_reserve\nr0 = 0\nexit", 6, "What this call gave must be given back" },
        { BpfProgramType.Xdp, "r6 = r1\nr0 = *(u8 *)skb[0]\nexit", 2, "Loads from skb[] are for socket filters" },
        { Filter, "r1 *= 8\nr0 = 0\nexit", 1, "To an address numbers can be added" },
        { Filter, "r1 += r1\nr0 = 0\nexit", 1, "To an address numbers can be added" },
        { Filter, "r0 = 1\nr0 /= 0\nexit", 2, "A division by a register that is 0 gives 0" },
        { Filter, "r0 = 1\nr0 <<= 64\nexit", 2, "A shift is by 0 to 63 bits" },
    };

    /// <summary>What older kernels say where this one says something else: logs, and the start of the advice.</summary>
    public static TheoryData<string, string> OlderWords => new()
    {
        { "0: (85) call bpf_sk_fullsock#95\nunknown func bpf_sk_fullsock#95\nprocessed 1 insns", "Another type of program, or a newer kernel, may" },
        { "back-edge from insn 5 to 3\n", "Loops need Linux 5.3" },
        // Linux 6.1.
        { "0: (62) *(u32 *)(r1 +0) = 1\nBPF_ST stores into R1 ctx is not allowed\nprocessed 1 insns (limit 1000000)", "Store a register" },
        { "4: (72) *(u8 *)(r1 +0) = 0\ninvalid variable-offset write to stack R1 var_off=(0x0; 0x7) size=1", "The stack is the 512 bytes below r10: what" },
        { "8: (85) call bpf_ringbuf_submit#132\ndereference of modified alloc_mem ptr R1 off=8 disallowed", "What is accessed or given back" },
        { "3: (85) call bpf_tail_call#12\nkernel subsystem misconfigured verifier", "A tail call wants a map of programs" },
        { "4: (85) call bpf_map_lookup_elem#1\ninvalid indirect read from stack R2 off -4+0 size 4", "Not all of these 4 bytes" },
        { "7: (95) exit\nAt program exit the register R0 has value (0x7; 0x0) should have been in (0x0; 0x1)", "The result of this type" },
        // Linux 7.3.
        { "recursive call from f() to f()\n", "Functions never call themselves" },
        { "3: (85) call bpf_ringbuf_reserve#131\nR2 is not a const\n", "r2 must be the same constant" },
    };

    public static TheoryData<string> Patterns => [.. VerifierAdviceTable.Rows.Select(static entry => entry.Pattern)];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_common_mistake_is_pointed_at_and_explained(BpfProgramType type, string text, int line, string advice)
    {
        Requires.Root();
        VerifierException refusal = Refuse(type, text);
        Assert.StartsWith(advice, refusal.Advice, StringComparison.Ordinal);
        Assert.Contains(refusal.Advice!, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(refusal.Reason, refusal.Message, StringComparison.Ordinal);
        if (line > 0)
        {
            Assert.Contains($"\n    at line {line}: {text.Split('\n')[line - 1]}\n", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(OlderWords))]
    public void What_older_kernels_say_is_explained_too(string log, string advice) =>
        Assert.StartsWith(advice, VerifierAdvice.For(VerifierReport.Parse(log)), StringComparison.Ordinal);

    /// <summary>The kernel's lines end after 1024 characters. This one would keep a search that tries every place for every star busy for days.</summary>
    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task A_long_log_that_almost_fits_a_pattern_is_compared_in_linear_time(string pattern)
    {
        const int Repetitions = 30_000;
        // All words of the pattern, each many times over, and an end that does not fit.
        IEnumerable<string> words = pattern.Replace('\n', '*').Split('*').Select(static word => string.Concat(Enumerable.Repeat($"{word} ", Repetitions)));
        string line = string.Concat(words) + '.';
        string log = $"0: (95) exit {line}\n{pattern.Split('*')[0]}{line}\n{string.Concat(Enumerable.Repeat("; ", Repetitions))}{line}\n{line}\n";
        // It takes a fraction of a second.
        await Task.Run(() => VerifierAdvice.For(VerifierReport.Parse(log))).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_refused_call_is_pointed_at_in_its_csharp_file()
    {
        Requires.Root();
        Assembler asm = new();
        asm.Move(R0, 0);
        asm.LoadImmediate(R3, 5);
        int line = NextLine();
        asm.Load(R0, U64[R3 + 8]);
        asm.Exit();
        VerifierException refusal = Assert.Throws<VerifierException>(() => BpfProgram.Load(Filter, asm.Assemble(), new() { License = "MIT" }));
        Assert.Contains($"\n    at VerifierAdviceTests.cs:{line}: r0 = *(u64 *)(r3 + 8)\n", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(3, refusal.Slot);
    }

    private static int NextLine([CallerLineNumber] int line = 0) => line + 1;

    private static VerifierException Refuse(BpfProgramType type, string text)
    {
        using BpfMap<uint, ulong> counts = BpfMap.Create<uint, ulong>(BpfMapType.Hash, 16);
        using BpfRingBuffer records = BpfRingBuffer.Create(4096);
        BpfCode code = Assembler.Parse(text, new Dictionary<string, BpfMap> { ["counts"] = counts, ["records"] = records });
        return Assert.Throws<VerifierException>(() => BpfProgram.Load(type, code, new() { License = "MIT" }));
    }
}
