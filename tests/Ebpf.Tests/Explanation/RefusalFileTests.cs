using System.Text.RegularExpressions;
using Ebpf.Explanation;
using Hops.TestSupport;

namespace Ebpf.Tests.Explanation;

/// <summary>Programs that the verifier of the running kernel refuses, and what their author is told: <c>Data/refusals.txt</c>.</summary>
public sealed class RefusalFileTests
{
    private static readonly string FilePath = Path.Combine(AppContext.BaseDirectory, "Data", "refusals.txt");

    private static readonly RefusalCase[] All = [.. RefusalCase.Read(FilePath)];

    public static TheoryData<int, string> Cases
    {
        get
        {
            TheoryData<int, string> cases = [];
            foreach (RefusalCase refusal in All)
            {
                cases.Add(refusal.Number, refusal.Reason);
            }

            return cases;
        }
    }

    [Fact]
    public void This_kernel_has_all_functions_that_the_file_names()
    {
        Assert.SkipWhen(Environment.OSVersion.Version < new Version(6, 18), "the file was measured on Linux 6.18");
        Assert.Equal(File.ReadLines(FilePath).Count(static line => line.Contains('\t', StringComparison.Ordinal)), All.Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_author_is_told_the_verifiers_reason_the_line_and_what_to_do(int number, string reason)
    {
        RefusalCase refusal = All.Single(candidate => candidate.Number == number);
        VerifierException told = Refuse(refusal);
        Assert.Matches($"^{Regex.Escape(reason).Replace(@"\*", ".*", StringComparison.Ordinal)}$", told.Reason);
        // The reason is the kernel's own: it stands in the log.
        Assert.All(told.Reason.Split("; "), part => Assert.Contains(part, told.Log, StringComparison.Ordinal));
        Assert.Contains($": {told.Reason}", told.Message, StringComparison.Ordinal);
        if (refusal.Line == 0)
        {
            Assert.DoesNotContain("\n    at ", told.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains($"\n    at line {refusal.Line}: {refusal.Lines[refusal.Line - 1]}\n", told.Message, StringComparison.Ordinal);
            Assert.NotNull(told.Slot);
        }

        Assert.NotNull(told.Advice);
        Assert.StartsWith(refusal.Advice!, told.Advice, StringComparison.Ordinal);
        Assert.EndsWith($"\n    {told.Advice} (bpf(BPF_PROG_LOAD): {told.Errno})", told.Message, StringComparison.Ordinal);
    }

    /// <summary>Rows that only other kernels' words fit are shown by <see cref="VerifierAdviceTests.OlderWords"/>.</summary>
    [Fact]
    public void Every_piece_of_advice_is_for_a_refusal_that_happens()
    {
        IEnumerable<string> logs = All.Select(static refusal => Refuse(refusal).Log)
            .Concat(VerifierAdviceTests.OlderWords.Select(static row => row.Data.Item1));
        HashSet<string?> shown = [.. logs.Select(static log => VerifierAdvice.Find(VerifierReport.Parse(log))?.Pattern)];
        Assert.Equal([], VerifierAdviceTable.Rows.Select(static row => row.Pattern).Where(pattern => !shown.Contains(pattern)));
    }

    /// <summary>The log with instructions is enough where there is no other: on kernels before 5.2, and where the options ask for it.</summary>
    [Fact]
    public void A_log_with_instructions_tells_the_same_as_both_logs()
    {
        foreach (RefusalCase refusal in All)
        {
            VerifierException told = Refuse(refusal);
            VerifierReport report = VerifierReport.Parse(told.Log);
            Assert.Equal((refusal.Number, told.Reason, told.Slot), (refusal.Number, report.Reason, report.Slot));
        }
    }

    [Fact]
    public void A_refusal_takes_two_verifications_and_one_where_the_program_is_too_large()
    {
        foreach (RefusalCase refusal in All)
        {
            VerifierException told = Refuse(refusal);
            bool tooLarge = told.Reason.StartsWith("BPF program is too large. Processed 1000001 insn", StringComparison.Ordinal);
            Assert.Equal(tooLarge ? 1 : 2, told.Passes);
        }
    }

    private static VerifierException Refuse(RefusalCase refusal)
    {
        Requires.Root();
        using RefusalMaps maps = new();
        VerifierException? told = null;
        if (refusal.WithoutPerfMon)
        {
            TestThread.WithCapabilities((1UL << (int)Capability.Bpf) | (1UL << (int)Capability.NetAdmin), () => told = maps.Refuse(refusal));
        }
        else
        {
            told = maps.Refuse(refusal);
        }

        Assert.NotNull(told);
        return told;
    }
}
