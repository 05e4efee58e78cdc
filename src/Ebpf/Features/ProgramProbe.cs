using Ebpf.Instructions;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Features;

/// <summary>Loads <c>r0 = 0; exit</c>.</summary>
internal static class ProgramProbe
{
    public static BpfFeature Probe(BpfProgramType type)
    {
        Requirement needed = ProgramKind.Of(type).Requirement;
        ProbeProgram program = ProbeProgram.Load(type, new(0xb7, Register.R0, Register.R0, 0, 0), new(Opcodes.Exit, Register.R0, Register.R0, 0, 0));
        if (program.Errno == Errno.None)
        {
            return BpfFeature.Yes($"a program of type {type} loads");
        }

        if (BpfFeatures.ExplainUnanswered(BpfCommand.ProgramLoad, program.Errno, $"Loading a program of type {type}", needed) is { } unanswered)
        {
            return unanswered;
        }

        // The kernel refuses unknown types before the verification. If the verifier wrote a log, the type is known, and the refusal has another reason.
        return program.Log.Length > 0
            ? BpfFeature.Yes($"the verifier knows programs of type {type}: {program.Verdict}")
            : BpfFeature.No(
                $"this kernel has no program type {type} "
                + $"({CommandFacts.Of(BpfCommand.ProgramLoad).Call}: {program.Errno}){BpfFeatures.BecauseOf(needed.Since)}");
    }
}
