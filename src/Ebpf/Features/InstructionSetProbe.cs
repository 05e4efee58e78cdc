using System.Collections.Immutable;
using Ebpf.Instructions;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using static Ebpf.Instructions.Register;

namespace Ebpf.Features;

/// <summary>Loads, as a socket filter, a few instructions that a set added (RFC 9669).</summary>
internal static class InstructionSetProbe
{
    private static readonly Instruction Exit = new(0x95, R0, R0, 0, 0);
    private static readonly Instruction Zero = new(0xb7, R0, R0, 0, 0);
    private static readonly Instruction StoreZero = new(0x7a, R10, R0, -8, 0);

    public static BpfFeature Probe(BpfInstructionSet instructions) => Probe(instructions, SinceOf(instructions), CodeOf(instructions));

    internal static BpfFeature Probe(BpfInstructionSet instructions, Version since, ImmutableArray<Instruction> code)
    {
        ProbeProgram program = ProbeProgram.Load(BpfProgramType.SocketFilter, code.AsSpan());
        if (program.Errno == Errno.None)
        {
            return BpfFeature.Yes($"a program with instructions of {instructions} loads");
        }

        return BpfFeatures.ExplainUnanswered(BpfCommand.ProgramLoad, program.Errno, $"Loading a program with instructions of {instructions}", new(since))
            ?? BpfFeature.No(
                $"a program with instructions of {instructions} does not load: {program.Verdict} "
                + $"({CommandFacts.Of(BpfCommand.ProgramLoad).Call}: {program.Errno}){BpfFeatures.BecauseOf(since)}");
    }

    internal static Version SinceOf(BpfInstructionSet instructions) =>
        CodeOf(instructions).Select(static i => KernelVersions.OfInstruction(i.Opcode, i.Offset, i.Immediate)).Max() ?? new(3, 18);

    internal static ImmutableArray<Instruction> CodeOf(BpfInstructionSet instructions) => instructions switch
    {
        BpfInstructionSet.V1 => [Zero, Exit],
        BpfInstructionSet.V2 =>
        [
            Zero,
            new(0xa5, R0, R0, 0, 1), // if r0 < 1 goto +0
            new(0xb5, R0, R0, 0, 1), // if r0 <= 1 goto +0
            new(0xc5, R0, R0, 0, 1), // if r0 s< 1 goto +0
            new(0xd5, R0, R0, 0, 1), // if r0 s<= 1 goto +0
            Exit,
        ],
        BpfInstructionSet.V3 =>
        [
            new(0xb4, R0, R0, 0, 0), // w0 = 0
            new(0x16, R0, R0, 0, 0), // if w0 == 0 goto +0
            Exit,
        ],
        BpfInstructionSet.V4 =>
        [
            Zero,
            StoreZero,
            new(0x91, R0, R10, -8, 0), // r0 = *(s8 *)(r10 - 8)
            new(0xbf, R0, R0, 8, 0), // r0 = (s8)r0
            new(0x37, R0, R0, 1, 3), // r0 s/= 3
            new(0xd7, R0, R0, 0, 16), // r0 = bswap16 r0
            new(0x06, R0, R0, 0, 0), // gotol +0
            Exit,
        ],
        BpfInstructionSet.AtomicFetch =>
        [
            Zero,
            StoreZero,
            new(0xdb, R10, R0, -8, 0x01), // r0 = atomic_fetch_add((u64 *)(r10 - 8), r0)
            new(0xdb, R10, R0, -8, 0xe1), // r0 = xchg_64(r10 - 8, r0)
            new(0xdb, R10, R0, -8, 0xf1), // r0 = cmpxchg_64(r10 - 8, r0, r0)
            Exit,
        ],
        BpfInstructionSet.LoadAcquire =>
        [
            StoreZero,
            new(0xdb, R0, R10, -8, 0x100), // r0 = load_acquire((u64 *)(r10 - 8))
            new(0xdb, R10, R0, -8, 0x110), // store_release((u64 *)(r10 - 8), r0)
            Exit,
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(instructions), instructions, "There is no such instruction set."),
    };
}
