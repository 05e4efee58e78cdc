using Ebpf.Explanation;
using Ebpf.Instructions;
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

    internal VerifierException(Errno errno, string program, string log, BpfCode code)
        : base(BpfCommand.ProgramLoad, errno, "")
    {
        _program = program;
        _code = code;
        Log = log;
        VerifierReport report = VerifierReport.Parse(log);
        Reason = report.Reason;
        Slot = report.Slot;
        Advice = VerifierAdvice.For(report);
    }

    /// <summary>
    /// The verifier's log: the instructions as it walked them, with what it knew of the registers, and at the end its reason.
    /// Ends in a line that says so where even the largest buffer was too small.
    /// </summary>
    public string Log { get; }

    /// <summary>The verifier's own words.</summary>
    public string Reason { get; }

    /// <summary>The slot of the instruction that was refused, from 0 on; null where the log names none.</summary>
    public int? Slot { get; }

    /// <summary>What to do, in a sentence; null for uncommon refusals.</summary>
    public string? Advice { get; }

    private protected override string Describe()
    {
        string message = $"The verifier refused {_program}: {Reason}";
        if (HelperRefusal.ExplainByVersion(Reason, Environment.OSVersion.Version, HelperNames.NameOf) is { } version)
        {
            message += $": {version}";
        }

        if (Slot is { } slot && _code.DescribeSource(slot) is { } source)
        {
            message += $"\n    at {source}";
        }

        return Advice is null ? message : $"{message}\n    {Advice}";
    }
}
