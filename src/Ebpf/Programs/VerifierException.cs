using Ebpf.Kernel;

namespace Ebpf.Programs;

/// <summary>The kernel's verifier refused a program. The message has the verifier's own reason, <see cref="Log"/> all that it said.</summary>
public sealed class VerifierException : BpfException
{
    internal VerifierException(Errno errno, string program, string log)
        : base("bpf(BPF_PROG_LOAD)", errno, $"The verifier refused {program}: {Summarize(log)}{NameVersion(log)}") => Log = log;

    /// <summary>
    /// The verifier's log: the instructions as it walked them, with what it knew of the registers, and at the end its reason.
    /// Ends in a line that says so where even the largest buffer was too small.
    /// </summary>
    public string Log { get; }

    /// <summary>The reason is the last line, but for statistics.</summary>
    private static string Summarize(string log)
    {
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.LastOrDefault(static line => !IsStatistics(line)) ?? "it gave no reason";
    }

    private static string NameVersion(string log) =>
        HelperRefusal.ExplainByVersion(log, Environment.OSVersion.Version) is { } reason ? $": {reason}" : "";

    private static bool IsStatistics(string line) =>
        line.StartsWith("processed ", StringComparison.Ordinal)
        || line.StartsWith("verification time ", StringComparison.Ordinal)
        || line.StartsWith("stack depth ", StringComparison.Ordinal);
}
