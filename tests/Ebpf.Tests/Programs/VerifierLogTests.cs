using Ebpf.Instructions;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Programs;

/// <summary>The log that the options ask for, and how loading is cancelled.</summary>
public sealed class VerifierLogTests
{
    private const string Accepted = "r0 = 1\nr0 += 2\nexit";

    // One long way: its log has more than 10,000 bytes.
    private static readonly string LongWay = string.Concat(Enumerable.Repeat("r0 = 1\n", 400));

    [Theory]
    [InlineData(BpfLogLevel.Path, "processed 3 insns", "total_states ")]
    [InlineData(BpfLogLevel.Everything, "1: (07) r0 += 2", "processed 3 insns")]
    [InlineData(BpfLogLevel.Statistics, "verification time ", "processed 3 insns")]
    [InlineData(BpfLogLevel.Everything | BpfLogLevel.Statistics, "1: (07) r0 += 2", "verification time ")]
    public void An_accepted_program_has_the_log_that_was_asked_for(BpfLogLevel level, string first, string second)
    {
        using BpfProgram program = Load(Accepted, new() { License = "MIT", LogLevel = level });
        Assert.Contains(first, program.VerifierLog, StringComparison.Ordinal);
        Assert.Contains(second, program.VerifierLog, StringComparison.Ordinal);
    }

    [Fact]
    public void An_accepted_program_has_no_log_unless_asked_for()
    {
        using BpfProgram program = Load(Accepted, new() { License = "MIT" });
        Assert.Null(program.VerifierLog);
    }

    [Fact]
    public void A_log_that_does_not_fit_says_so_and_the_program_is_loaded()
    {
        using BpfProgram program = Load(LongWay + "exit", new() { License = "MIT", LogLevel = BpfLogLevel.Everything, LogSize = 1000 });
        Assert.InRange(program.VerifierLog!.Length, 900, 1100);
        Assert.StartsWith("(the log is longer than this: its beginning is missing)\n", program.VerifierLog, StringComparison.Ordinal);
        Assert.Contains("400: (95) exit", program.VerifierLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BpfLogLevel.None, 2)]
    [InlineData(BpfLogLevel.Path, 2)]
    public void Of_a_refusal_whose_log_does_not_fit_the_reason_and_the_line_are_told(BpfLogLevel level, int passes)
    {
        VerifierException refusal = Assert.Throws<VerifierException>(
            () => Load(LongWay + "r0 = r2\nexit", new() { License = "MIT", LogLevel = level, LogSize = 500 }));
        Assert.Equal(("R2 !read_ok", 400, passes), (refusal.Reason, refusal.Slot, refusal.Passes));
        Assert.InRange(refusal.Log.Length, 400, 600);
    }

    [Fact]
    public void A_refusal_with_a_log_that_was_asked_for_takes_one_verification()
    {
        VerifierException refusal = Assert.Throws<VerifierException>(() => Load("r0 = r2\nexit", new() { License = "MIT", LogLevel = BpfLogLevel.Path }));
        Assert.Equal(("R2 !read_ok", 0, 1), (refusal.Reason, refusal.Slot, refusal.Passes));
    }

    [Theory]
    [InlineData(BpfLogLevel.None, 127, "A verifier log has from 128 to 1,073,741,823 bytes, and LogSize is 127.")]
    [InlineData(BpfLogLevel.None, 1 << 30, "and LogSize is 1073741824.")]
    [InlineData((BpfLogLevel)8, null, "8 is not a combination of values of BpfLogLevel.")]
    public void Options_that_the_kernel_would_refuse_are_named(BpfLogLevel level, int? size, string expected) => Assert.Contains(
        expected,
        Assert.Throws<ArgumentException>(() => Load(Accepted, new() { License = "MIT", LogLevel = level, LogSize = size })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Loading_that_was_cancelled_loads_nothing()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        BpfCode code = Assembler.Parse(Accepted);
        Assert.Throws<OperationCanceledException>(
            () => BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { License = "MIT" }, new CancellationToken(canceled: true)));
    }

    private static BpfProgram Load(string text, BpfProgramOptions options)
    {
        Requires.Root();
        return BpfProgram.Load(BpfProgramType.SocketFilter, Assembler.Parse(text), options);
    }
}
