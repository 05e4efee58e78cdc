using Ebpf;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;

namespace KernelChecks.Kinds;

/// <summary>The verifier's logs: of a chosen size, what is told of them, programs read back out of them.</summary>
internal static class LogKinds
{
    private static readonly Version Kernel = Environment.OSVersion.Version;

    // One long way: its log has more than 10,000 bytes.
    private static readonly string LongWay = string.Concat(Enumerable.Repeat("r0 = 1\n", 400));

    public static IEnumerable<KindCheck> Rows { get; } =
    [
        new("cut-log-accepted", "5.2", static () => CutLog(isRefused: false)),
        new("cut-log-refused", "5.2", static () => CutLog(isRefused: true)),
        new("whole-log-refused", "5.2", WholeLog),
        new("refusal-with-log", "5.2", SameReasonWithLog),
        new("new-instructions", "3.19", RefuseNewInstructions),
        new("parse-log", "3.19", ReadBack),
        new("parse-log-unwalked", "3.19", ReadBackUnwalked),
        new("parse-log-map", "3.19", ReadBackMap),
    ];

    private static string CutLog(bool isRefused)
    {
        const string NoEnd = "(the log is longer than this: its end is missing)";
        const string NoBeginning = "(the log is longer than this: its beginning is missing)";
        BpfCode code = Assembler.Parse(LongWay + (isRefused ? "r0 = r2\nexit" : "exit"));
        BpfProgramOptions options = new() { License = "MIT", LogLevel = BpfLogLevel.Everything, LogSize = 1000 };
        string log;
        if (isRefused)
        {
            VerifierException refusal = Claim.Throws<VerifierException>(
                () => BpfProgram.Load(BpfProgramType.SocketFilter, code, options).Dispose(), "a register without a value");
            Claim.Equal("R2 !read_ok", refusal.Reason, "the reason");
            // The part that is kept before 6.4 does not have the instruction.
            Claim.Equal(Kernel < new Version(6, 4) ? null : 400, refusal.Slot, "the slot");
            log = refusal.Log;
        }
        else
        {
            using BpfProgram program = BpfProgram.Load(BpfProgramType.SocketFilter, code, options);
            log = program.VerifierLog!;
        }

        Claim.Holds(log.Length is > 900 and < 1100, $"the log has about 1,000 characters, not {log.Length}");
        if (Kernel < new Version(6, 4))
        {
            Claim.Holds(
                log.Contains("0: (b7) r0 = 1", StringComparison.Ordinal) && log.EndsWith(NoEnd + "\n", StringComparison.Ordinal), "the beginning is kept");
            return "the beginning is kept, and the log says that its end is missing";
        }

        Claim.Holds(log.StartsWith(NoBeginning + "\n", StringComparison.Ordinal) && log.Contains("400: (", StringComparison.Ordinal), "the end is kept");
        return "the end is kept, and the log says that its beginning is missing";
    }

    /// <summary>The log that is too long for the first buffer, of which older kernels keep the beginning: a larger buffer has it all.</summary>
    private static string WholeLog()
    {
        // 30,000 lines of a log, of 60 bytes and more.
        string text = string.Concat(Enumerable.Repeat("r0 = 1\nr0 += 2\nr0 *= 3\n", 10_000)) + "r0 = r2\nexit";
        VerifierException refusal = Claim.Throws<VerifierException>(
            () => BpfProgram.Load(BpfProgramType.SocketFilter, Assembler.Parse(text), new() { License = "MIT" }).Dispose(), "a register without a value");
        Claim.Equal(("R2 !read_ok", 30_000), (refusal.Reason, refusal.Slot), "reason and slot");
        Claim.Holds(refusal.Message.Contains("line 30001: r0 = r2", StringComparison.Ordinal), "the line is told");
        return $"reason and line were found in a log of {refusal.Log.Length:N0} characters";
    }

    /// <summary>The report of a refusal does not depend on the requested log, although a longer log has more details.</summary>
    private static string SameReasonWithLog()
    {
        string[] texts =
        [
            "r0 = r3\nexit", "r1 = 5\nr0 = *(u32 *)(r1 + 0)\nexit", "r0 = 0\nr1 = *(u32 *)(r10 + 8)\nexit", "call f\nexit\nf: call f\nexit", "r10 = 0\nexit",
        ];
        foreach (BpfCode code in texts.Select(static text => Assembler.Parse(text)))
        {
            (string, int?) without = Refuse(code, BpfLogLevel.None);
            Claim.Equal(without, Refuse(code, BpfLogLevel.Path), "reason and slot with a log of the path");
            Claim.Equal(without, Refuse(code, BpfLogLevel.Everything), "reason and slot with a log of everything");
            Claim.Holds(without is (not "it gave no reason", not null), $"a slot is told for {without.Item1}");
        }

        return $"reason and slot of {texts.Length} refusals were the same without a log and with one";

        static (string, int?) Refuse(BpfCode code, BpfLogLevel level)
        {
            VerifierException refusal = Claim.Throws<VerifierException>(
                () => BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { License = "MIT", LogLevel = level }).Dispose(), code.ToString());
            return (refusal.Reason, refusal.Slot);
        }
    }

    /// <summary>A kernel that is too old for an instruction says so in words that name none: the message has the line, and the kernel that is needed.</summary>
    private static string RefuseNewInstructions()
    {
        List<string> accepted = [], refused = [];
        foreach ((string line, string since) in (ReadOnlySpan<(string, string)>)
            [
                ("r0 = *(s8 *)(r10 - 8)", "6.6"), ("r0 = (s8)r0", "6.6"), ("w0 = (s16)w0", "6.6"), ("r0 s/= 3", "6.6"), ("w0 s%= 3", "6.6"),
                ("r0 = bswap16 r0", "6.6"), ("gotol +1", "6.6"), ("r0 = load_acquire((u64 *)(r10 - 8))", "6.15"),
            ])
        {
            BpfCode code = Assembler.Parse($"r0 = 1\n*(u64 *)(r10 - 8) = 5\nif r1 == 0 goto +1\n{line}\nr0 = 1\nexit");
            try
            {
                LogOf(code);
                // A kernel that is older may have it all the same: Debian's 6.1 has gotol.
                accepted.Add(line);
            }
            catch (VerifierException e) when (Kernel < Version.Parse(since))
            {
                string expected = $"it needs Linux {since}, and this is {Kernel.ToString(2)}\n    at line 4: {line}";
                Claim.Holds(e.Message.Contains(expected, StringComparison.Ordinal), e.Message);
                refused.Add(line);
            }
        }

        return $"accepted: {string.Join(", ", accepted)}; refused with the line and the kernel that is needed: {string.Join(", ", refused)}";
    }

    private static string ReadBack()
    {
        BpfCode code = Assembler.Parse("r0 = *(u32 *)(r1 + 0)\nif r0 == 0 goto +2\nr0 = 0x1122334455667788 ll\nr0 &= 7\nexit");
        Claim.Equal(code.ToString(), Assembler.ParseLog(LogOf(code)).ToString(), "the program");
        return $"the program of {code.Instructions.Count} instructions was read back";
    }

    /// <summary>An instruction that is never reached: in which logs is it?</summary>
    private static string ReadBackUnwalked()
    {
        BpfCode code = Assembler.Parse("r0 = 1\nif r0 == 1 goto +1\nr0 += 2\nexit");
        if (!Assembler.TryParseLog(LogOf(code), null, out BpfCode? read, out AssemblyError? error))
        {
            Claim.Holds(error.Reason.Contains("Slot 2 is missing in this log", StringComparison.Ordinal), error.ToString());
            return $"refused: {error.Reason}";
        }

        if (read.ToString() == code.ToString())
        {
            return "the program was read back, the instruction that is never reached with it";
        }

        Claim.Equal(Assembler.Parse("r0 = 1\ngoto +1\nr0 += 2\nexit").ToString(), read.ToString(), "the program as the verifier changed it");
        return "the program was read back with a jump in place of a branch whose way is known: so the verifier prints it";
    }

    private static string ReadBackMap()
    {
        using BpfMap<uint, ulong> counts = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1, name: "counts");
        BpfCode code = Code.CountAndReturn(counts, 1);
        Dictionary<string, BpfMap> maps = new() { ["counts"] = counts };
        string log = LogOf(code);
        if (Assembler.TryParseLog(log, maps, out BpfCode? read, out AssemblyError? error))
        {
            Claim.Equal((code.ToString(), counts), (read.ToString(), read.Maps[0]), "the program and its map");
            return "the program was read back with its map";
        }

        Claim.Holds(error.Reason.Contains("This is a map without a name", StringComparison.Ordinal), error.ToString());
        return $"refused: {error.Reason}";
    }

    private static string LogOf(BpfCode code)
    {
        using BpfProgram program = BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { License = "MIT", LogLevel = BpfLogLevel.Everything });
        return program.VerifierLog!;
    }
}
