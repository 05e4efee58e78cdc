namespace Ebpf.Explanation;

/// <summary>The messages of the verifier for an unknown instruction, or an unknown form of one.</summary>
/// <remarks>
/// <c>unknown opcode d7</c>, <c>BPF_LDX uses reserved fields</c>, <c>BPF_ATOMIC uses invalid atomic opcode 100</c>. On Linux 6.1 the first two come before the
/// instructions are checked, and no line of the log shows the instruction.
/// </remarks>
internal static class InstructionRefusal
{
    /// <summary>Finds the instruction for which the kernel is too old, if that is the verifier's reason.</summary>
    /// <param name="reason">The verifier's reason.</param>
    /// <param name="kernel">The kernel that gave it.</param>
    /// <param name="versions">The slot of each instruction in order, and the first kernel version with it; null if every kernel has it.</param>
    /// <returns>The slot, and <c>it needs Linux 6.6, and this is 6.1</c>; null if that is not the reason.</returns>
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
