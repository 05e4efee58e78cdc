using System.Runtime.CompilerServices;
using System.Text;
using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Objects;
using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary>Loads programs, and finds the reason of a refusal with as few verifications as possible.</summary>
/// <remarks>
/// The first verification asks for statistics only (<c>BPF_LOG_STATS</c>). That log contains the verifier's reason but no instructions, and printing
/// instructions is the slow part of a log: a program of 2 instructions loads in 35 µs without a log, 35 µs with this one and 42 µs with the instructions;
/// one of 62 instructions with 20 branches in 1.4, 1.4 and 5.6 ms; a million instructions are verified in 1.0, 1.1 and 3.4 s (Linux 6.18, medians of 2001
/// loads, of the last a single one). An accepted program is therefore verified once at almost no extra cost. The reason is known after one verification even on
/// kernels that keep the beginning of a log that is too long (before 6.4), because this log is never too long. Only the line of the program is missing; a
/// second verification, which prints the instructions, finds it. The second verification is omitted for a program that is too large: no single line is at
/// fault, and the verification would take the longest.
/// </remarks>
internal static unsafe class ProgramLoader
{
    private const int LeastLogSize = 128;

    // Before Linux 5.2, 16 MiB and more are EINVAL (commit 7a9f5c65abcc); 16 MiB - 1 is the largest size that all kernels accept.
    private const int MostLogSize = (1 << 30) - 1;
    private const int LogSizeOfOldKernels = (16 << 20) - 1;
    private const int DefaultLogSize = 1 << 20;

    // Enough for the reason, the statistics, and the two states of an infinite loop.
    private const int BriefLogSize = 8 * 1024;

    /// <returns>The program, and its log if the options request one.</returns>
    public static (FileDescriptor Program, string? Log) Load(
        uint type, BpfCode code, BpfAttachType? attachType, BpfProgramOptions options, CancellationToken cancellationToken)
    {
        ThrowUnlessValid(code, options);
        Bpf.ProgramLoadAttributes attributes = new()
        {
            ProgramType = type,
            ProgramFlags = (uint)options.Flags,
            ProgramName = ObjectNames.Encode(options.Name),
            ExpectedAttachType = (uint)(attachType ?? 0),
        };
        using BpfCode.Resolved resolved = code.Resolve();
        byte[] license = Encoding.ASCII.GetBytes(options.License + '\0');
        fixed (byte* instructions = resolved.Bytes)
        fixed (byte* licensePointer = license)
        {
            attributes.Instructions = (ulong)instructions;
            attributes.InstructionCount = (uint)(resolved.Bytes.Length / Instruction.SlotSize);
            attributes.License = (ulong)licensePointer;
            return options.LogLevel == BpfLogLevel.None
                ? (LoadWithoutLog(ref attributes, code, options, cancellationToken), null)
                : LoadWithLog(ref attributes, code, options, cancellationToken);
        }
    }

    private static void ThrowUnlessValid(BpfCode code, BpfProgramOptions options)
    {
        if (options.License.Length > 127 || !Ascii.IsValid(options.License) || options.License.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A licence may have up to 127 ASCII characters.", nameof(options));
        }

        if (code.Instructions.Count == 0)
        {
            throw new ArgumentException("The code is empty.", nameof(code));
        }

        if (options.LogSize is < LeastLogSize or > MostLogSize)
        {
            throw new ArgumentException(
                $"A verifier log has from {LeastLogSize} to {MostLogSize:N0} bytes, and {nameof(options.LogSize)} is {options.LogSize}.", nameof(options));
        }

        const BpfLogLevel All = BpfLogLevel.Path | BpfLogLevel.Everything | BpfLogLevel.Statistics;
        if ((options.LogLevel & ~All) != 0)
        {
            throw new ArgumentException($"{(int)options.LogLevel} is not a combination of values of {nameof(BpfLogLevel)}.", nameof(options));
        }
    }

    private static FileDescriptor LoadWithoutLog(ref Bpf.ProgramLoadAttributes attributes, BpfCode code, BpfProgramOptions options, CancellationToken cancel)
    {
        VerifierPass brief = RunBrief(ref attributes, out FileDescriptor program, cancel);
        if (brief.Errno == Errno.None)
        {
            return program;
        }

        ThrowIfNotVerified(brief, attributes, options);
        if (VerifierReport.IsTooLarge(brief.Log))
        {
            throw new VerifierException(brief.Errno, NameOf(options), brief.Log, brief.Log, code) { Passes = 1 };
        }

        int passes = 2;
        byte[] buffer = GC.AllocateUninitializedArray<byte>(options.LogSize ?? DefaultLogSize);
        VerifierPass full = VerifierPass.Run(ref attributes, BpfLogLevel.Path, buffer, out program, cancel);
        if (full.Errno == Errno.ENOSPC && options.LogSize is null && !VerifierReport.IsComplete(full.Log))
        {
            passes++;
            buffer = GC.AllocateUninitializedArray<byte>(LogSizeOfOldKernels);
            full = VerifierPass.Run(ref attributes, BpfLogLevel.Path, buffer, out program, cancel);
        }

        // ENOSPC is about the log, not the program.
        return full.Errno == Errno.None
            ? program
            : throw Refuse(full.Errno == Errno.ENOSPC ? brief.Errno : full.Errno, full, brief.Log, attributes, code, options, passes);
    }

    /// <summary>Loads with the log that the options request, so that a refusal needs no second verification.</summary>
    private static (FileDescriptor Program, string Log) LoadWithLog(
        ref Bpf.ProgramLoadAttributes attributes, BpfCode code, BpfProgramOptions options, CancellationToken cancel)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(options.LogSize ?? DefaultLogSize);
        VerifierPass full = VerifierPass.Run(ref attributes, options.LogLevel, buffer, out FileDescriptor program, cancel);
        if (MemoryLock.RaisedAfter(full.Errno))
        {
            full = VerifierPass.Run(ref attributes, options.LogLevel, buffer, out program, cancel);
        }

        if (full.Errno == Errno.None)
        {
            return (program, full.Log);
        }

        ThrowIfNotVerified(full, attributes, options);
        if (full.Errno != Errno.ENOSPC)
        {
            throw Refuse(full.Errno, full, "", attributes, code, options, passes: 1);
        }

        VerifierPass brief = RunBrief(ref attributes, out program, cancel);
        if (brief.Errno == Errno.None)
        {
            return (program, MarkCut(full));
        }

        ThrowIfNotVerified(brief, attributes, options);
        throw Refuse(brief.Errno, full, brief.Log, attributes, code, options, passes: 2);
    }

    /// <summary>Runs a verification that prints no instructions. Its result is the program's, unless it is <see cref="Errno.ENOSPC"/>.</summary>
    [SkipLocalsInit]
    private static VerifierPass RunBrief(ref Bpf.ProgramLoadAttributes attributes, out FileDescriptor program, CancellationToken cancel)
    {
        Span<byte> buffer = stackalloc byte[BriefLogSize];
        VerifierPass brief = VerifierPass.Run(ref attributes, BpfLogLevel.Statistics, buffer, out program, cancel);
        if (MemoryLock.RaisedAfter(brief.Errno))
        {
            brief = VerifierPass.Run(ref attributes, BpfLogLevel.Statistics, buffer, out program, cancel);
        }

        // Before Linux 5.2 this log level is EINVAL, as is a program that is refused before the verification.
        return brief.Errno == Errno.ENOSPC || (brief.Errno == Errno.EINVAL && brief.Log.Length == 0)
            ? VerifierPass.Run(ref attributes, BpfLogLevel.None, [], out program, cancel) with { Log = brief.Log }
            : brief;
    }

    /// <summary>Throws if the error is not a verdict of the verifier: a missing capability, a lack of memory or descriptors, signals.</summary>
    private static void ThrowIfNotVerified(VerifierPass pass, in Bpf.ProgramLoadAttributes attributes, BpfProgramOptions options)
    {
        if (pass.Errno is Errno.EPERM or Errno.EAGAIN or Errno.ENOSYS or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE)
        {
            throw NotVerified(pass.Errno, attributes, options);
        }
    }

    private static BpfException NotVerified(Errno error, in Bpf.ProgramLoadAttributes attributes, BpfProgramOptions options) => new(
        BpfCommand.ProgramLoad, error, $"Loading {NameOf(options)}", ProgramKind.Of((BpfProgramType)attributes.ProgramType).Requirement);

    private static BpfException Refuse(
        Errno error, VerifierPass full, string brief, in Bpf.ProgramLoadAttributes attributes, BpfCode code, BpfProgramOptions options, int passes) =>
        full.Log.Length == 0 && brief.Length == 0
            ? NotVerified(error, attributes, options)
            : new VerifierException(error, NameOf(options), MarkCut(full), brief, code) { Passes = passes };

    private static string MarkCut(VerifierPass pass) =>
        pass.Errno != Errno.ENOSPC ? pass.Log
        : VerifierReport.IsComplete(pass.Log) ? $"{VerifierReport.NoBeginning}\n{pass.Log}"
        : $"{pass.Log}\n{VerifierReport.NoEnd}\n";

    private static string NameOf(BpfProgramOptions options) => options.Name is null ? "the program" : $"the program '{options.Name}'";
}
