using Ebpf.Explanation;

namespace Ebpf.Tests.Explanation;

/// <summary>Instructions that a kernel is too old for, in the words of Linux 6.1.</summary>
public sealed class InstructionRefusalTests
{
    private static readonly (int, Version?)[] Program = [(0, null), (2, new(5, 1)), (3, new(6, 6)), (4, new(6, 15))];

    [Theory]
    [InlineData("unknown opcode d7", "6.1", 3, "it needs Linux 6.6, and this is 6.1")]
    [InlineData("BPF_LDX uses reserved fields", "6.1", 3, "it needs Linux 6.6, and this is 6.1")]
    [InlineData("BPF_ATOMIC uses invalid atomic opcode 100", "6.12", 4, "it needs Linux 6.15, and this is 6.12")]
    [InlineData("BPF_MOV uses reserved fields", "4.19", 2, "it needs Linux 5.1, and this is 4.19")]
    public void The_first_instruction_that_is_too_new_is_told_with_the_kernel_that_it_needs(string reason, string kernel, int slot, string expected) =>
        Assert.Equal((slot, expected), InstructionRefusal.ExplainByVersion(reason, Version.Parse(kernel), Program));

    [Theory]
    [InlineData("BPF_LDX uses reserved fields", "6.15")]
    [InlineData("R2 !read_ok", "6.1")]
    [InlineData("uses reserved fields, somewhere", "6.1")]
    public void Other_refusals_are_not_explained_by_the_kernels_age(string reason, string kernel) =>
        Assert.Null(InstructionRefusal.ExplainByVersion(reason, Version.Parse(kernel), Program));
}
