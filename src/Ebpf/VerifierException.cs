using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf;

/// <summary>
/// The exception that is thrown when the kernel's verifier refuses a program. The message contains the verifier's reason, the refused instruction as its author
/// wrote it with its place in the source, and for common reasons advice. <see cref="Log"/> contains the verifier's whole log.
/// </summary>
public sealed class VerifierException : BpfException
{
    private readonly string _program;
    private readonly BpfCode _code;
    private readonly string? _tooOld;

    /// <param name="errno">The error that the kernel returned.</param>
    /// <param name="program">The program, as the object of a sentence.</param>
    /// <param name="log">The log, with instructions unless the program is too large for that.</param>
    /// <param name="brief">A log of the same program without instructions; empty if there is none.</param>
    /// <param name="code">The program's code.</param>
    internal VerifierException(Errno errno, string program, string log, string brief, BpfCode code)
        : base(BpfCommand.ProgramLoad, errno, "")
    {
        _program = program;
        _code = code;
        Log = log;
        VerifierReport report = VerifierReport.Parse(log, brief);
        Reason = report.Reason;
        (int Slot, string Explanation)? newer = InstructionRefusal.ExplainByVersion(
            Reason, Environment.OSVersion.Version, VersionsOf(code).Where(version => report.Slot is null || version.Slot == report.Slot));
        Slot = report.Slot ?? newer?.Slot;
        _tooOld = newer?.Explanation ?? HelperRefusal.ExplainByVersion(Reason, Environment.OSVersion.Version, HelperNames.NameOf);
        Advice = VerifierAdvice.For(report);
    }

    /// <summary>
    /// Gets the verifier's log: each instruction in the order of verification, with the state of the registers, and at the end the reason; Linux 7.3 adds a
    /// diagnosis in several paragraphs. If the log did not fit into <see cref="BpfProgramOptions.LogSize"/>, a line at its beginning or its end says so. The
    /// log of a program that is too large has no instructions: printing a million takes longer than verifying them.
    /// </summary>
    public string Log { get; }

    /// <summary>Gets the reason in the verifier's own words.</summary>
    public string Reason { get; }

    /// <summary>Gets the slot of the refused instruction, counted from 0; null if the log does not name one.</summary>
    public int? Slot { get; }

    /// <summary>Gets advice in one sentence; null for uncommon reasons.</summary>
    public string? Advice { get; }

    /// <summary>Gets how many verifications it took to find the reason.</summary>
    internal int Passes { get; init; }

    private protected override string Describe()
    {
        string message = $"The verifier refused {_program}: {Reason}";
        if (_tooOld is not null)
        {
            message += $": {_tooOld}";
        }

        if (Slot is { } slot && _code.DescribeSource(slot) is { } source)
        {
            message += $"\n    at {source}";
        }

        return Advice is null ? message : $"{message}\n    {Advice}";
    }

    private static IEnumerable<(int Slot, Version? Since)> VersionsOf(BpfCode code)
    {
        int slot = 0;
        foreach (Instruction instruction in code.Instructions)
        {
            yield return (slot, KernelVersions.OfInstruction(instruction.Opcode, instruction.Offset, instruction.Immediate));
            slot += instruction.Slots;
        }
    }
}
