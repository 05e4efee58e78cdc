using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Processes;

namespace Ebpf.Features;

/// <summary>
/// Loads <c>call N; exit</c>, with the context in <c>r1</c> and nothing in the other arguments, and reads the verifier's reason for refusing it.
/// </summary>
internal static class HelperProbe
{
    public static BpfFeature Probe(Helper helper, BpfProgramType type)
    {
        string name = HelperNames.NameOf((int)helper) ?? $"the helper {(int)helper}";
        ProbeProgram program = ProbeProgram.Load(
            type, new(Opcodes.Call, Register.R0, Register.R0, 0, (int)helper), new(Opcodes.Exit, Register.R0, Register.R0, 0, 0));
        string attempt = $"Loading a program of type {type} that calls {name}";
        if (BpfFeatures.ExplainUnanswered(BpfCommand.ProgramLoad, program.Errno, attempt, ProgramKind.Of(type).Requirement) is { } unanswered)
        {
            return unanswered;
        }

        if (program.Errno != Errno.None && program.Log.Length == 0)
        {
            BpfFeature known = ProgramProbe.Probe(type);
            return known.IsSupported
                ? BpfFeature.Unknown(
                    $"the kernel refused to look at a program that calls {name} ({CommandFacts.Of(BpfCommand.ProgramLoad).Call}: {program.Errno})")
                : known;
        }

        if (HelperRefusal.FindLine(program.Log) is not { } refusal)
        {
            // The verifier checks the arguments and the result after it has accepted the helper. Its listing of the call shows that it came to this check.
            return program.Errno == Errno.None || program.Log.Contains(") call ", StringComparison.Ordinal)
                ? BpfFeature.Yes($"programs of type {type} may call {name}")
                : BpfFeature.Unknown($"the verifier did not come to the call of {name}: {program.Verdict}");
        }

        if (HelperRefusal.DependsOnCapabilities(refusal) && Missing() is { } missing)
        {
            return BpfFeature.Unknown($"this thread lacks {CapabilityNames.Of(missing)}, and the verifier hides some helpers from such: {refusal}");
        }

        return BpfFeature.No($"programs of type {type} may not call {name}: {refusal}{BpfFeatures.BecauseOf(KernelVersions.OfHelper((int)helper))}");
    }

    private static Capability? Missing()
    {
        ProcessStatus status = ProcessStatus.Read();
        return status.Has(Capability.SysAdmin) ? null
            : !status.Has(Capability.Bpf) ? Capability.Bpf
            : !status.Has(Capability.PerfMon) ? Capability.PerfMon
            : null;
    }
}
