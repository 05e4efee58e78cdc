using Ebpf.Explanation;

namespace Ebpf.Tests.Explanation;

/// <summary>Logs in the forms of several kernels, and what is read in them.</summary>
public sealed class VerifierReportTests
{
    /// <summary>The log, the reason, and the slot (-1 for none).</summary>
    public static TheoryData<string, string, int> Logs => new()
    {
        // On the line of the jump that the verifier came back to.
        { "2: (25) if r0 > 0x64 goto pc-2 infinite loop detected at insn 1\ncur state: R0=1\n", "infinite loop detected at insn 1", 1 },
        { "2: (25) if r0 > 0x64 goto pc-2 R3 !read_ok\n", "R3 !read_ok", 2 },
        { "2: (25) if r0 > 0x64 goto pc-2 0: R0=scalar(umin=101) R10=fp0\n3: (95) exit\nR0 !read_ok\n", "R0 !read_ok", 3 },
        { "2: (25) if r0 > 0x64 goto pc-2 ; R0=1\nR3 !read_ok\n", "R3 !read_ok", 2 },
        // Without a newline before the statistics.
        { "3: (85) call bpf_tail_call#12\nexpected prog array map for tail callprocessed 3 insns (limit 1000000)", "expected prog array map for tail call", 3 },
        { "3: (85) call x#1\nno entryverification time 25 usec\nstack depth 0\nprocessed 3 insns (limit 1000000) max_states_per_insn 0", "no entry", 3 },
        // Reports about another instruction than the last one, or about none.
        { "5: (95) exit\nunreachable insn 2\n", "unreachable insn 2", 2 },
        { "combined stack size of 2 calls is 544. Too large\nprocessed 7 insns (limit 1000000)", "combined stack size of 2 calls is 544. Too large", -1 },
        // Remarks between the instruction and the reason.
        { "4: (bf) r0 = r3\nlast_idx 4 first_idx 0\nregs=4 stack=0 before 3: (b7) r2 = 1\nR0 R1 !read_ok\n", "R0 R1 !read_ok", 4 },
        { "4: (95) exit\nfrom 3 to 5: R0=1 R10=fp0\n5: R0=1\n5: (95) exit\nframe1: R0=1\nfrom 2 to 5: safe\nR0 !read_ok\n", "R0 !read_ok", 5 },
        // An instruction that the kernel does not know (6.1).
        { "1: (7b) *(u64 *)(r10 -8) = r0\n2: BUG_db\nBPF_ATOMIC uses invalid atomic opcode 100\n", "BPF_ATOMIC uses invalid atomic opcode 100", 2 },
        // With the same in many words below (7.3).
        {
            "1: (25) if r0 > 0x5 goto pc+1 3: R10=fp0\n3: (bf) r0 = r3\nR3 !read_ok\n\n" + Diagnosis(3, "R3 is not readable") + "processed 6 insns (limit 9)\n",
            "R3 !read_ok", 3
        },
        { "func#1 @2\nrecursive call from () to ()\n\n" + Diagnosis(2, "recursive subprogram call"), "recursive call from () to ()", 2 },
        { "", "it gave no reason", -1 },
        { "0: (95) exit\n" + VerifierReport.NoEnd + "\n", "its reason is in the part of the log that did not fit", -1 },
        { VerifierReport.NoBeginning + "\n0 += 1\n7: (95) exit\nR0 !read_ok\nprocessed 9 insns (limit 1000000)\n", "R0 !read_ok", 7 },
        { "99999999999999999999: (95) exit\n", "it gave no reason", -1 },
    };

    [Theory]
    [MemberData(nameof(Logs))]
    public void The_reason_is_found_wherever_it_stands(string log, string reason, int slot)
    {
        VerifierReport report = VerifierReport.Parse(log);
        Assert.Equal((reason, slot), (report.Reason, report.Slot ?? -1));
    }

    [Fact]
    public void A_log_that_lost_its_end_takes_the_reason_from_the_brief_one_and_names_no_line()
    {
        VerifierReport report = VerifierReport.Parse(
            $"0: (95) exit\n{VerifierReport.NoEnd}\n", "R2 !read_ok\nverification time 1 usec\nstack depth 0\nprocessed 9 insns\n");
        Assert.Equal(("R2 !read_ok", null), (report.Reason, report.Slot));
    }

    [Fact]
    public void A_reason_without_an_end_is_cut() =>
        Assert.InRange(VerifierReport.Parse(new string('x', 1 << 20)).Reason.Length, 1, 1024);

    private static string Diagnosis(int slot, string error) => $"""
        Verification failed: Some Subject: Some mistake

        Reason:
          Words on the mistake.

        At:
          insn {slot}
               | ^-- error: {error}
          Instruction context:
          >>> {slot} | (bf) r0 = r3

        Causal path:
          insn 0
               | ^-- branch: took the true branch of this conditional, goto followed
          Instruction context:
          >>> 0 | (25) if r0 > 0x5 goto pc+1

        Suggestion:
          What to do.

        """;
}
