using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf;

/// <summary>
/// The kernel's verifier refused a program. The message has the verifier's own reason, the instruction that it is about, as its author wrote
/// it and where, and for the commonest reasons what to do. <see cref="Log"/> has all that the verifier said.
/// </summary>
public sealed class VerifierException : BpfException
{
    private readonly string _program;
    private readonly BpfCode _code;
    private readonly string? _tooOld;

    /// <param name="errno">What the kernel answered.</param>
    /// <param name="program">The program, as the object of a sentence.</param>
    /// <param name="log">The log, with instructions where that was affordable.</param>
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
    /// The verifier's log: the instructions as it walked them, with what it knew of the registers, and at the end its reason,
    /// to which Linux 7.3 adds a diagnosis in several paragraphs.
    /// A line at its beginning or its end says so where it did not fit into <see cref="BpfProgramOptions.LogSize"/>. It has no instructions where the
    /// program is too large: printing a million takes longer than walking them.
    /// </summary>
    public string Log { get; }

    /// <summary>The verifier's own words.</summary>
    public string Reason { get; }

    /// <summary>The slot of the instruction that was refused, from 0 on; null where the log names none.</summary>
    public int? Slot { get; }

    /// <summary>What to do, in a sentence; null for uncommon refusals.</summary>
    public string? Advice { get; }

    /// <summary>How often the program was verified to find this out.</summary>
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
