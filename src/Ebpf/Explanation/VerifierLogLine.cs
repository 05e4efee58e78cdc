using System.Buffers;
using System.Globalization;

namespace Ebpf.Explanation;

/// <summary>Classifies the lines of a verifier's log, and separates the parts of a line that the kernel wrote without a newline between them.</summary>
/// <remarks>
/// The sources are <c>kernel/bpf/verifier.c</c>, <c>log.c</c> and <c>disasm.c</c>; the forms are those of Linux 6.1 to 7.3. An instruction begins with its
/// slot, and its state follows after a semicolon, or on a separate line. When the verifier returns to a jump to check the other branch, it truncates the log to
/// the end of the jump, without its newline: the next message is on the jump's line.
/// </remarks>
internal static class VerifierLogLine
{
    // Prefixes of lines that are not a reason.
    private static readonly string[] Asides =
    [
        "stack depth ", "cur state:", "old state:", "from ", "func#", "Func#", "Validating ", "mark_precise: ", "force_precise: ",
        "last_idx ", "regs=", "parent ", "propagating ", "caller:", "callee:", "returning from callee:", "to caller at ", "; ", "Live regs before insn:",
        "subprog ", VerifierReport.NoBeginning, VerifierReport.NoEnd,
    ];

    private static readonly SearchValues<char> Distance = SearchValues.Create("+-0123456789");

    /// <summary> Returns the slot of <c>12: (bf) r6 = r1</c>, or of <c>12: BUG_db</c>, an unknown instruction. Null for other lines. </summary>
    public static int? SlotOf(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> rest = AfterNumber(line);
        return rest is [':', ' ', '(', _, _, ')', ..] or [':', ' ', 'B', 'U', 'G', '_', ..]
            && int.TryParse(line[..^rest.Length], NumberStyles.None, CultureInfo.InvariantCulture, out int slot)
            ? slot
            : null;
    }

    /// <summary>
    /// Returns whether a line is the start of the diagnosis that newer kernels (7.3) write below the reason, in several paragraphs: the error, the instruction,
    /// the path. Only the statistics follow it.
    /// </summary>
    public static bool BeginsDiagnosis(ReadOnlySpan<char> line) => line.StartsWith("Verification failed: ", StringComparison.Ordinal);

    /// <summary>Returns the slot in <c>insn 3</c>, the line below <c>At:</c>; null for other lines.</summary>
    public static int? DiagnosedSlotOf(ReadOnlySpan<char> line) =>
        line is ['i', 'n', 's', 'n', ' ', .. var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int slot) ? slot : null;

    /// <summary>Returns the text after an instruction; may be empty. Only jumps have text other than their state there.</summary>
    public static ReadOnlySpan<char> AfterInstruction(ReadOnlySpan<char> line)
    {
        const string Jump = "goto pc";
        int at = line.IndexOf(Jump, StringComparison.Ordinal);
        if (at < 0)
        {
            return [];
        }

        ReadOnlySpan<char> rest = line[(at + Jump.Length)..];
        int length = rest.IndexOfAnyExcept(Distance);
        rest = length < 0 ? [] : rest[length..].TrimStart();
        return rest is [';', ..] ? [] : rest;
    }

    /// <summary>
    /// Cuts off <c>processed 3 insns (limit 1000000) …</c> or <c>verification time 25 usec</c>, which the verifier writes last, and which some reasons
    /// precede on the same line.
    /// </summary>
    /// <returns>True if the line had <c>processed</c>.</returns>
    public static bool CutStatistics(ref ReadOnlySpan<char> line)
    {
        _ = Cut(ref line, "verification time ", " usec");
        return Cut(ref line, "processed ", " insns");
    }

    /// <summary>Returns whether a line is not a reason: a state, a position in the source, or a note about the verification.</summary>
    public static bool IsAside(ReadOnlySpan<char> line)
    {
        foreach (string aside in Asides)
        {
            if (line.StartsWith(aside, StringComparison.Ordinal))
            {
                return true;
            }
        }

        // 5: safe, 5: R0=1 R10=fp0, frame1: R0=1, frame 1: propagating r6
        ReadOnlySpan<char> rest = AfterNumber(line);
        return (rest.Length < line.Length && rest is [':', ' ', ..]) || IsState(line) || IsOfFrame(line);
    }

    private static bool Cut(ref ReadOnlySpan<char> line, string before, string after)
    {
        int at = line.LastIndexOf(before, StringComparison.Ordinal);
        if (at < 0 || !AfterNumber(line[(at + before.Length)..]).StartsWith(after, StringComparison.Ordinal))
        {
            return false;
        }

        line = line[..at].TrimEnd();
        return true;
    }

    /// <summary>Returns whether a line is the state of a frame: <c>frame1: R0=1</c>.</summary>
    private static bool IsOfFrame(ReadOnlySpan<char> line)
    {
        const string Word = "frame";
        return line.StartsWith(Word, StringComparison.Ordinal) && AfterNumber(line[Word.Length..].TrimStart()) is [':', ' ', ..];
    }

    /// <summary>Returns whether a line is a state: <c>R0=1</c>, <c>R1_w=ctx(off=0)</c>, <c>fp-8=mmmm</c>.</summary>
    private static bool IsState(ReadOnlySpan<char> line)
    {
        ReadOnlySpan<char> rest = line is ['R', ..] ? AfterNumber(line[1..]) : line is ['f', 'p', '-', ..] ? AfterNumber(line[3..]) : [];
        return rest is ['=', ..] or ['_', _, '=', ..] or ['_', _, _, '=', ..];
    }

    private static ReadOnlySpan<char> AfterNumber(ReadOnlySpan<char> line)
    {
        int length = line.IndexOfAnyExceptInRange('0', '9');
        return length < 0 ? [] : line[length..];
    }
}
