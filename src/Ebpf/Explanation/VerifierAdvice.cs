using System.Globalization;

namespace Ebpf.Explanation;

/// <summary>A sentence of advice for the commonest refusals of the verifier.</summary>
internal static class VerifierAdvice
{
    // What the verifier says, with * for what varies, and what to do, with {0} for the first of these. The first that fits counts. A pattern of
    // two lines begins with the instruction.
    public static readonly (string Pattern, string Advice)[] Table =
    [
        ("R* invalid mem access '*_or_null'", "r{0} may be null here: compare it with 0 before this access."),
        ("R* invalid mem access 'scalar'",
            "r{0} holds a number here, not an address: addresses come from the context, the stack (r10) and helpers, and a call destroys r1 to r5."),
        ("*(95) exit*\nR0 !read_ok", "r0 is the result: give it a value on every way to this exit."),
        ("*: (*) r0 = *skb[*\nR6 !read_ok", "Loads from skb[] expect the context in r6: begin the program with r6 = r1."),
        ("R* !read_ok",
            "r{0} has no value here, on at least one way to this place: give it one. "
            + "A call destroys r1 to r5, and at the start only r1 (the context) and r10 have a value."),
        ("invalid bpf_context access off=* size=*",
            "The context has no field that this program may access with {1} bytes at offset {0}: "
            + "each has its own offset and width, and most are read-only."),
        ("dereference of modified ctx ptr R* off=* disallowed",
            "The context is accessed through its own address and a constant only: *(u32 *)(r1 + 16), with nothing added to r1 before."),
        ("invalid * stack R* off=* size=*", "The stack is the 512 bytes below r10: {3} bytes at offset {2} are not all within it."),
        ("misaligned * access off * size *", "An access to {2} bytes must lie at a multiple of {2}."),
        ("frame pointer is read only", "r10 cannot be changed: copy it to another register, and change that (r2 = r10, r2 += -8)."),
        ("unreachable insn *", "No way leads here: jump to this instruction, or remove it."),
        ("jump out of range from insn * to *", "This jump leaves the program. Give it a label; a distance counts slots, of which a 64-bit load has two."),
        ("last insn is not an exit or jmp", "A program, and each of its functions, ends with exit or with a jump."),
        ("infinite loop detected at insn *",
            "Nothing that the verifier knows changes from one round of this loop to the next: count in a register, and compare it with a constant."),
        ("back-edge from insn * to *", "Loops need Linux 5.3: before, write the rounds out one after another."),
        ("BPF program is too large. Processed *",
            "The verifier walks every way and every round: make loops shorter, or use may_goto, which lets it walk a loop without knowing its end."),
        ("R* type=* expected=*", "This helper wants {2} in r{0}, and there is {1}: see which arguments it takes, and that they are set after the last call."),
        ("program of this type cannot use helper *", "Another type of program may: docs/ebpf/helpers.md has the list, BpfFeatures.Probe asks this kernel."),
        ("unknown func *", "Another type of program, or a newer kernel, may: docs/ebpf/helpers.md has the list, BpfFeatures.Probe asks this kernel."),
        ("invalid func *", "This kernel has no such helper: docs/ebpf/helpers.md has the list with the version that brought each."),
        ("cannot call GPL-restricted function from non-GPL compatible program",
            "This helper is for programs whose licence is compatible with the GPL, such as \"GPL\" or \"Dual MIT/GPL\": see BpfProgramOptions.License."),
        ("invalid access to map value, value_size=* off=* size=*", "A value of this map has {0} bytes: {2} bytes at offset {1} are not all within it."),
        ("math between * pointer and register with unbounded min value is not allowed",
            "Before a number is added to an address the verifier must know its bounds: mask it (r1 &= 7) or compare it with a constant, as unsigned."),
        ("R* unbounded memory access*",
            "The verifier must know the bounds of what was added to r{0}: mask it (r1 &= 7) or compare it with a constant, as unsigned."),
        ("R* min value is negative*", "What was added to r{0} may be negative: mask it (r1 &= 7) or compare it with a constant, as unsigned."),
        ("invalid access to packet, off=* size=*, R*",
            "The packet may end before: go on to here only where the address plus {0} plus {1} is not above data_end."),
        ("At program exit the register R0 has * should have been in *", "The result of this type of program, in r0, must be in {1}."),
        ("Unreleased reference id=* *", "What this call gave must be given back on every way to the end: a record submitted or discarded, a socket released."),
        ("BPF_LD_[ABS|IND] instructions not allowed for this program type",
            "Loads from skb[] are for socket filters: copy with bpf_skb_load_bytes, or use the packet's address in the context (data, data_end)."),
        ("R* pointer arithmetic with * operator prohibited", "To an address numbers can be added and subtracted, nothing else."),
        ("R* pointer += pointer prohibited", "To an address numbers can be added and subtracted, nothing else."),
        ("div by zero", "A division by a register that is 0 gives 0; by the constant 0 it is a mistake."),
        ("invalid shift *", "A shift is by 0 to 63 bits, of w registers by 0 to 31."),
    ];

    /// <returns>What to do; null where the reason is not a common one.</returns>
    public static string? For(VerifierReport report) => Find(report)?.Advice;

    /// <returns>The advice, and the pattern that called for it.</returns>
    public static (string Pattern, string Advice)? Find(VerifierReport report)
    {
        foreach (string reason in report.Reasons)
        {
            foreach ((string pattern, string advice) in Table)
            {
                string text = pattern.Contains('\n', StringComparison.Ordinal) ? $"{report.Instruction}\n{reason}" : reason;
                if (Match(pattern, text) is { } parts)
                {
                    return (pattern, string.Format(CultureInfo.InvariantCulture, advice, [.. parts]));
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Compares in time linear in the text's length. The first place of each word between two stars is the right one:
    /// a later place leaves less text for the words that follow.
    /// </summary>
    /// <param name="pattern">Text in which * stands for anything.</param>
    /// <param name="text">What may match.</param>
    /// <returns>What the stars stood for, each as little as possible; null where the text does not match.</returns>
    private static List<string>? Match(string pattern, string text)
    {
        string[] words = pattern.Split('*');
        string last = words[^1];
        if (words.Length == 1 || !text.StartsWith(words[0], StringComparison.Ordinal))
        {
            return text == pattern ? [] : null;
        }

        List<string> parts = [];
        int start = words[0].Length;
        foreach (string word in words[1..^1])
        {
            int found = text.IndexOf(word, start, StringComparison.Ordinal);
            if (found < 0)
            {
                return null;
            }

            parts.Add(text[start..found]);
            start = found + word.Length;
        }

        int end = text.Length - last.Length;
        if (end < start || !text.EndsWith(last, StringComparison.Ordinal))
        {
            return null;
        }

        parts.Add(text[start..end]);
        return parts;
    }
}
