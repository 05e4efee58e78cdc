using System.Runtime.CompilerServices;
using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Programs;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Ebpf.Tests.Explanation;

/// <summary>Tests messages of older and newer kernels, long logs, and programs that were written in C#. Texts are in <see cref="RefusalFileTests"/>.</summary>
public sealed class VerifierAdviceTests
{
    private const BpfProgramType Filter = BpfProgramType.SocketFilter;

    /// <summary>Messages of older kernels that differ from this one's: logs, and the start of the advice.</summary>
    public static TheoryData<string, string> OlderWords => new()
    {
        { "0: (85) call bpf_sk_fullsock#95\nunknown func bpf_sk_fullsock#95\nprocessed 1 insns", "Other types of programs, or newer kernels, may" },
        { "back-edge from insn 5 to 3\n", "Loops need Linux 5.3" },
        // Linux 6.1.
        { "0: (62) *(u32 *)(r1 +0) = 1\nBPF_ST stores into R1 ctx is not allowed\nprocessed 1 insns (limit 1000000)", "Store a register" },
        { "4: (72) *(u8 *)(r1 +0) = 0\ninvalid variable-offset write to stack R1 var_off=(0x0; 0x7) size=1", "The stack is the 512 bytes below r10: the" },
        { "8: (85) call bpf_ringbuf_submit#132\ndereference of modified alloc_mem ptr R1 off=8 disallowed", "An access or a release needs the original" },
        { "3: (85) call bpf_tail_call#12\nkernel subsystem misconfigured verifier", "A tail call needs a map of programs" },
        { "4: (85) call bpf_map_lookup_elem#1\ninvalid indirect read from stack R2 off -4+0 size 4", "Not all of these 4 bytes" },
        { "7: (95) exit\nAt program exit the register R0 has value (0x7; 0x0) should have been in (0x0; 0x1)", "The result of this type" },
        // Linux 7.3.
        { "recursive call from f() to f()\n", "Recursion is not allowed" },
        { "3: (85) call bpf_ringbuf_reserve#131\nR2 is not a const\n", "r2 must be the same constant" },
    };

    public static TheoryData<string> Patterns => [.. VerifierAdviceTable.Rows.Select(static entry => entry.Pattern)];

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
        VerifierException refusal = Assert.Throws<VerifierException>(
            () => BpfProgram.Load(Filter, asm.Assemble(), new() { License = "MIT" }));
        Assert.Contains($"\n    at VerifierAdviceTests.cs:{line}: r0 = *(u64 *)(r3 + 8)\n", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(3, refusal.Slot);
    }

    private static int NextLine([CallerLineNumber] int line = 0) => line + 1;
}
