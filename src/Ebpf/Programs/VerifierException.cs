using Ebpf.Assembly;
using Ebpf.Kernel;

namespace Ebpf.Programs;

/// <summary>
/// The kernel's verifier refused a program. The message has the verifier's own reason, the instruction that it is about, as its author wrote
/// it and where, and for the commonest reasons what to do. <see cref="Log"/> has all that the verifier said.
/// </summary>
public sealed class VerifierException : BpfException
{
    internal VerifierException(Errno errno, string program, string log, BpfCode code)
        : this(errno, program, log, code, VerifierReport.Parse(log))
    {
    }

    private VerifierException(Errno errno, string program, string log, BpfCode code, VerifierReport report)
        : base("bpf(BPF_PROG_LOAD)", errno, Describe(program, code, report))
    {
        Log = log;
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

    private static string Describe(string program, BpfCode code, VerifierReport report)
    {
        string message = $"The verifier refused {program}: {report.Reason}";
        if (HelperRefusal.ExplainByVersion(report.Reason, Environment.OSVersion.Version) is { } version)
        {
            message += $": {version}";
        }

        if (report.Slot is { } slot && code.DescribeSource(slot) is { } source)
        {
            message += $"\n    at {source}";
        }

        if (VerifierAdvice.For(report) is { } advice)
        {
            message += $"\n    {advice}";
        }

        return message;
    }
}
