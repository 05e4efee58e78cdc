using System.Globalization;

namespace Ebpf.Explanation;

/// <summary>The reason of a refusal, as found in a verifier's log. The log is text for people, so parts may stay unknown.</summary>
/// <param name="Reasons">The lines with the verifier's reason: at most <see cref="MostLines"/>; may be empty.</param>
/// <param name="Instruction">The log's line of the last instruction that was checked; empty if there is none.</param>
/// <param name="Slot">That instruction's slot, or the one that the reason names.</param>
internal sealed record VerifierReport(IReadOnlyList<string> Reasons, string Instruction, int? Slot)
{
    /// <summary>The line that replaces the beginning of a log that did not fit.</summary>
    public const string NoBeginning = "(the log is longer than this: its beginning is missing)";

    /// <summary>The line that replaces the end of a log that did not fit, and with it the reason.</summary>
    public const string NoEnd = "(the log is longer than this: its end is missing)";

    private const int MostLines = 3;

    // The kernel prints 1024 characters at a time.
    private const int LongestReason = 1024;

    /// <summary>Gets the verifier's reason as one line.</summary>
    public string Reason => Reasons.Count > 0 ? string.Join("; ", Reasons)
        : IsCut ? "its reason is in the part of the log that did not fit"
        : "it gave no reason";

    private bool IsCut { get; init; }

    /// <summary>Returns whether the verifier reached its limit of instructions.</summary>
    public static bool IsTooLarge(string log) => log.StartsWith("BPF program is too large. Processed ", StringComparison.Ordinal);

    /// <summary>Returns whether a log has its end, the statistics, which the verifier always writes last.</summary>
    public static bool IsComplete(string log)
    {
        ReadOnlySpan<char> whole = log.AsSpan().TrimEnd();
        ReadOnlySpan<char> last = whole[(whole.LastIndexOf('\n') + 1)..];
        return VerifierLogLine.CutStatistics(ref last);
    }

    /// <summary>Reads a log in time linear in its length.</summary>
    /// <param name="log">A log with instructions.</param>
    /// <param name="brief">A log of the same program without instructions (<c>BPF_LOG_STATS</c>); empty if there is none.</param>
    public static VerifierReport Parse(string log, string brief = "")
    {
        (List<string> reasons, string instruction, int? diagnosed) = Read(log);
        bool isCut = log.AsSpan().TrimEnd().EndsWith(NoEnd, StringComparison.Ordinal);
        if (isCut)
        {
            // The last line is not the position where the verifier stopped.
            (reasons, instruction, diagnosed) = ([], "", null);
        }

        List<string> briefly = Read(brief).Reasons;
        reasons = briefly.Count > 0 ? briefly : reasons;
        int? named = reasons.Select(NamedSlot).FirstOrDefault(static slot => slot is not null);
        return new VerifierReport(reasons, instruction, named ?? VerifierLogLine.SlotOf(instruction) ?? diagnosed) { IsCut = isCut };
    }

    private static (List<string> Reasons, string Instruction, int? DiagnosedSlot) Read(string log)
    {
        List<string> reasons = [];
        ReadOnlySpan<char> instruction = "";
        int? diagnosed = null;
        bool isDiagnosis = false;
        foreach (ReadOnlySpan<char> whole in log.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> line = whole.Trim();
            isDiagnosis |= VerifierLogLine.BeginsDiagnosis(line);
            if (isDiagnosis)
            {
                // The first is the position of the refusal, the others are on the path to it.
                diagnosed ??= VerifierLogLine.DiagnosedSlotOf(line);
                continue;
            }

            if (VerifierLogLine.SlotOf(line) is not null)
            {
                instruction = line;
                reasons.Clear();
                line = VerifierLogLine.AfterInstruction(line);
            }

            VerifierLogLine.CutStatistics(ref line);
            if (!line.IsEmpty && !VerifierLogLine.IsAside(line))
            {
                if (reasons.Count == MostLines)
                {
                    reasons.RemoveAt(0);
                }

                reasons.Add(line[..Math.Min(line.Length, LongestReason)].ToString());
            }
        }

        return (reasons, instruction.ToString(), diagnosed);
    }

    /// <summary>Returns the slot in <c>unreachable insn 2</c>.</summary>
    private static int? NamedSlot(string reason)
    {
        const string Word = "insn ";
        int at = reason.IndexOf(Word, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        ReadOnlySpan<char> rest = reason.AsSpan(at + Word.Length);
        int length = rest.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(length < 0 ? rest : rest[..length], NumberStyles.None, CultureInfo.InvariantCulture, out int slot) ? slot : null;
    }
}
