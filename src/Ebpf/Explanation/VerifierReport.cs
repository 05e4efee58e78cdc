using System.Globalization;

namespace Ebpf.Explanation;

/// <summary>What a verifier's log says of why a program was refused. The log is text for people: what cannot be found in it stays unknown.</summary>
/// <param name="Reasons">The lines in which the verifier says why: at most <see cref="MostLines"/>, and none where it does not.</param>
/// <param name="Instruction">The line of the instruction that it looked at last, as the log has it; empty if none.</param>
/// <param name="Slot">That instruction's slot, or the one that the reason names.</param>
internal sealed record VerifierReport(IReadOnlyList<string> Reasons, string Instruction, int? Slot)
{
    private const int MostLines = 3;

    /// <summary>The verifier's reason as one line.</summary>
    public string Reason => Reasons.Count == 0 ? "it gave no reason" : string.Join("; ", Reasons);

    public static VerifierReport Parse(string log)
    {
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int last = Array.FindLastIndex(lines, static line => SlotOf(line) is not null);
        string[] reasons = [.. lines.Skip(last + 1).Where(static line => !IsAside(line)).TakeLast(MostLines)];
        int? named = reasons.Select(NamedSlot).FirstOrDefault(static slot => slot is not null);
        return new VerifierReport(reasons, last < 0 ? "" : lines[last], named ?? (last < 0 ? null : SlotOf(lines[last])));
    }

    /// <summary>The slot that <c>12: (bf) r6 = r1</c> begins with; null for other lines.</summary>
    private static int? SlotOf(string line)
    {
        int colon = line.IndexOf(": (", StringComparison.Ordinal);
        return colon > 0 && line.AsSpan(colon) is [':', ' ', '(', _, _, ')', ..]
            && int.TryParse(line.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int slot)
            ? slot
            : null;
    }

    /// <summary>The slot in <c>unreachable insn 2</c>.</summary>
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

    /// <summary>Statistics, and the states that two rounds of a loop had.</summary>
    private static bool IsAside(string line) =>
        line.StartsWith("processed ", StringComparison.Ordinal)
        || line.StartsWith("verification time ", StringComparison.Ordinal)
        || line.StartsWith("stack depth ", StringComparison.Ordinal)
        || line.StartsWith("cur state: ", StringComparison.Ordinal)
        || line.StartsWith("old state: ", StringComparison.Ordinal);
}
