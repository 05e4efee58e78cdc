namespace Ebpf.Explanation;

/// <summary>How the verifier says that it does not know an instruction, or not this form of it.</summary>
/// <remarks>
/// <c>unknown opcode d7</c>, <c>BPF_LDX uses reserved fields</c>, <c>BPF_ATOMIC uses invalid atomic opcode 100</c>. On Linux 6.1 the first two come before the
/// instructions are walked, and no line of the log says which one is meant.
/// </remarks>
internal static class InstructionRefusal
{
    /// <summary>Finds the instruction that this kernel is too old for, where that is what the verifier says.</summary>
    /// <param name="reason">The verifier's reason.</param>
    /// <param name="kernel">The kernel that gave it.</param>
    /// <param name="versions">For each instruction in order, its slot and the kernel that has it first; null of those that every kernel has.</param>
    /// <returns>The slot, and <c>it needs Linux 6.6, and this is 6.1</c>; null where that is not the reason.</returns>
    public static (int Slot, string Explanation)? ExplainByVersion(string reason, Version kernel, IEnumerable<(int Slot, Version? Since)> versions)
    {
        if (IsAboutForm(reason))
        {
            foreach ((int slot, Version? since) in versions)
            {
                if (since is not null && since > kernel)
                {
                    return (slot, $"it {Refusal.TooOld(since, kernel)}");
                }
            }
        }

        return null;
    }

    private static bool IsAboutForm(string reason) =>
        reason.StartsWith("unknown opcode ", StringComparison.Ordinal)
        || reason.EndsWith(" uses reserved fields", StringComparison.Ordinal)
        || reason.StartsWith("BPF_ATOMIC uses invalid atomic opcode ", StringComparison.Ordinal);
}
