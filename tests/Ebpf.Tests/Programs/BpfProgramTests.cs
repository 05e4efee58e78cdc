using System.Diagnostics;
using Ebpf.Instructions;
using Ebpf.Programs;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Ebpf.Tests.Programs;

public sealed class BpfProgramTests
{
    [Theory]
    [InlineData("Dual MIT/GPL")]
    [InlineData("MIT")]
    public void A_program_loads_with_its_name_and_licence(string license)
    {
        Requires.Root();
        using BpfProgram program = BpfProgram.Load(BpfProgramType.SocketFilter, Code.Return(-1), new() { Name = "keep_all", License = license });
        Assert.Equal("keep_all", program.Name);
    }

    [Fact]
    public void A_refusal_has_the_verifiers_reason_and_its_log()
    {
        Requires.Root();
        Assembler asm = new();
        asm.Move(R0, 1);
        asm.Load(R0, U64[R1 + 5000]);
        asm.Exit();
        VerifierException refusal = Assert.Throws<VerifierException>(
            () => BpfProgram.Load(BpfProgramType.SocketFilter, asm.Assemble(), new() { Name = "bad", License = "MIT" }));
        Assert.Equal(Errno.EACCES, refusal.Errno);
        Assert.StartsWith("The verifier refused the program 'bad': invalid bpf_context access off=5000 size=8\n", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("(bpf(BPF_PROG_LOAD): EACCES)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("r0 = *(u64 *)(r1 +5000)", refusal.Log, StringComparison.Ordinal);
        Assert.Contains("processed 2 insns", refusal.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_log_is_whole()
    {
        Requires.Root();
        Assembler asm = new();
        for (int i = 0; i < 4000; i++)
        {
            asm.Move(R1, i);
        }

        // r2 was never written.
        asm.Move(R0, R2);
        asm.Exit();
        VerifierException refusal = Assert.Throws<VerifierException>(
            () => BpfProgram.Load(BpfProgramType.SocketFilter, asm.Assemble(), new() { License = "MIT" }));
        Assert.Contains("R2 !read_ok", refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.Log.Length > 64 * 1024, $"The log has {refusal.Log.Length} characters.");
        Assert.Contains("0: (b7) r1 = 0 ", refusal.Log, StringComparison.Ordinal);
        Assert.Contains("4000: (bf) r0 = r2", refusal.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_is_no_program_is_refused_with_the_verifiers_words()
    {
        Requires.Root();
        Assembler asm = new();
        asm.Move(R0, 0);
        VerifierException refusal = Assert.Throws<VerifierException>(
            () => BpfProgram.Load(BpfProgramType.SocketFilter, asm.Assemble(), new() { License = "MIT" }));
        Assert.Contains("last insn is not an exit or jmp", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Signals_while_the_verifier_works_do_not_fail_the_load()
    {
        Requires.Root();
        BpfCode slow = SlowToVerify();
        long start = Stopwatch.GetTimestamp();
        using BpfProgram once = BpfProgram.Load(BpfProgramType.SocketFilter, slow, new() { License = "MIT" });
        // Rarely enough that a load can succeed on a busy machine.
        TimeSpan pause = TimeSpan.FromMilliseconds(20) + (4 * Stopwatch.GetElapsedTime(start));

        // The verifier checks for pending signals and returns EAGAIN. .NET handles SIGCONT, so it interrupts.
        int thread = TestThread.GetThreadId();
        using CancellationTokenSource stop = new();
        Thread signals = new(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.Equal(0, TestThread.Signal(Environment.ProcessId, thread, TestThread.SigCont));
                Thread.Sleep(pause);
            }
        });
        signals.Start();
        try
        {
            for (int i = 0; i < 50; i++)
            {
                BpfProgram.Load(BpfProgramType.SocketFilter, slow, new() { License = "MIT" }).Dispose();
            }
        }
        finally
        {
            stop.Cancel();
            signals.Join();
        }
    }

    /// <summary>2 is a kprobe: the kernel would load it, and nothing here attaches it.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(9999)]
    public void A_number_that_is_no_type_of_the_library_is_not_loaded(int type) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BpfProgram.Load((BpfProgramType)type, Code.Return(0), new() { License = "GPL" }));

    [Fact]
    public void A_licence_that_the_kernel_would_cut_off_is_refused()
    {
        Assert.Throws<ArgumentException>(() => BpfProgram.Load(BpfProgramType.SocketFilter, Code.Return(0), new() { License = new string('x', 128) }));
        Assert.Throws<ArgumentException>(() => BpfProgram.Load(BpfProgramType.SocketFilter, Code.Return(0), new() { License = "GPL\0" }));
    }

    [Fact]
    public void Code_that_refers_to_a_disposed_map_does_not_load()
    {
        Requires.Root();
        Ebpf.Maps.BpfMap<uint, uint> map = Ebpf.Maps.BpfMap.Create<uint, uint>(Ebpf.Maps.BpfMapType.Hash, 1);
        Assembler asm = new();
        asm.LoadMap(R1, map);
        asm.Move(R0, 0);
        asm.Exit();
        BpfCode code = asm.Assemble();
        BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { License = "MIT" }).Dispose();
        map.Dispose();
        Assert.Throws<ObjectDisposedException>(() => BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { License = "MIT" }));
    }

    [Fact]
    public void An_expected_attach_type_that_is_missing_or_does_not_fit_is_refused()
    {
        Assert.StartsWith(
            "A program of type CgroupSockAddr needs ExpectedAttachType, the event at which it will run: "
            + "it attaches to a cgroup with CgroupBind4, CgroupBind6, CgroupConnect4",
            Assert.Throws<ArgumentException>(() => Code.Load(BpfProgramType.CgroupSockAddr, Code.Return(1))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "CgroupConnect4 is for programs of type CgroupSockAddr. This is one of type SocketFilter; it attaches to a socket",
            Assert.Throws<ArgumentException>(() => Code.Load(BpfProgramType.SocketFilter, Code.Return(1), BpfAttachType.CgroupConnect4)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BpfProgramFlags.None, true)]
    [InlineData(BpfProgramFlags.StrictAlignment, false)]
    public void Flags_reach_the_kernel(BpfProgramFlags flags, bool loads)
    {
        Requires.Root();
        // Four bytes of a map's value, one off.
        using Ebpf.Maps.BpfMap<uint, ulong> map = Code.Counter();
        Assembler asm = new();
        Label end = asm.NewLabel();
        asm.Store(U32[R10 - 4], 0);
        asm.LoadMap(R1, map);
        asm.Move(R2, R10);
        asm.Add(R2, -4);
        asm.Call(Helper.MapLookupElement);
        asm.JumpIf(R0 == 0, end);
        asm.Load(R0, U32[R0 + 1]);
        asm.Mark(end);
        asm.Exit();
        Exception? refusal = Record.Exception(
            () => BpfProgram.Load(BpfProgramType.SocketFilter, asm.Assemble(), new() { License = "MIT", Flags = flags }).Dispose());
        Assert.Equal(loads, refusal is null);
        if (!loads)
        {
            Assert.Contains("misaligned", Assert.IsType<VerifierException>(refusal).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A loop that the verifier walks round by round: some milliseconds, less than between two signals.</summary>
    private static BpfCode SlowToVerify()
    {
        Assembler asm = new();
        Label again = asm.NewLabel();
        asm.Move(R0, 0);
        asm.Mark(again);
        asm.Add(R0, 1);
        asm.JumpIf(R0 < 4_000, again);
        asm.Exit();
        return asm.Assemble();
    }
}
