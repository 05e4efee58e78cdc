using Ebpf.Features;
using Ebpf.Instructions;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;

namespace Ebpf.Tests.Features;

public sealed class InstructionSetProbeTests
{
    [Theory]
    [InlineData(BpfInstructionSet.V1, "r0 = 0; exit")]
    [InlineData(BpfInstructionSet.V2, "r0 = 0; if r0 < 1 goto +0; if r0 <= 1 goto +0; if r0 s< 1 goto +0; if r0 s<= 1 goto +0; exit")]
    [InlineData(BpfInstructionSet.V3, "w0 = 0; if w0 == 0 goto +0; exit")]
    [InlineData(BpfInstructionSet.V4, "r0 = 0; *(u64 *)(r10 - 8) = 0; r0 = *(s8 *)(r10 - 8); r0 = (s8)r0; r0 s/= 3; r0 = bswap16 r0; gotol +0; exit")]
    [InlineData(
        BpfInstructionSet.AtomicFetch,
        "r0 = 0; *(u64 *)(r10 - 8) = 0; r0 = atomic_fetch_add((u64 *)(r10 - 8), r0); r0 = xchg_64(r10 - 8, r0); r0 = cmpxchg_64(r10 - 8, r0, r0); exit")]
    [InlineData(BpfInstructionSet.LoadAcquire, "*(u64 *)(r10 - 8) = 0; r0 = load_acquire((u64 *)(r10 - 8)); store_release((u64 *)(r10 - 8), r0); exit")]
    public void What_is_loaded_is_what_LLVM_makes_of_the_listing(BpfInstructionSet instructions, string listing)
    {
        byte[] expected = Llvm.Assemble(listing.Replace("; ", "\n", StringComparison.Ordinal) + "\n");
        byte[] actual = new byte[expected.Length];
        Instruction[] code = [.. InstructionSetProbe.CodeOf(instructions)];
        Assert.Equal(expected.Length, code.Length * Instruction.SlotSize);
        for (int i = 0; i < code.Length; i++)
        {
            code[i].Encode(actual.AsSpan(i * Instruction.SlotSize));
        }

        Assert.Equal(expected, actual);
    }

    /// <summary>As a kernel answers that does not know an instruction yet: 0xef is none in any.</summary>
    [Fact]
    public void Instructions_that_the_kernel_does_not_know_are_a_no_with_the_verifiers_words()
    {
        Requires.Root();
        Instruction[] code = [new(0xb7, R0, R0, 0, 0), new(0xef, R0, R0, 0, 0), new(0x95, R0, R0, 0, 0)];
        BpfFeature feature = InstructionSetProbe.Probe(BpfInstructionSet.V4, new Version(99, 1), [.. code]);
        Assert.Equal(BpfSupport.No, feature.Support);
        Assert.Equal(
            "a program with instructions of V4 does not load: unknown opcode ef (bpf(BPF_PROG_LOAD): EINVAL)"
            + $"; it needs Linux 99.1, and this is {Environment.OSVersion.Version.ToString(2)}",
            feature.Reason);
    }
}
