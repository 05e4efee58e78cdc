using Ebpf;
using Hops.Common.Processes;
using Hops.Sharing;

namespace Hops.Diagnosis;

/// <summary>
/// What makes the eBPF sources work where they do not: never a weaker setting for the whole host, never a capability for a program that runs others.
/// </summary>
internal static class FilterRemedies
{
    /// <summary>Returns the remedies that would let this process use a shared filter.</summary>
    public static IReadOnlyList<HopRemedy> ForPinnedFilter(HopSourceRefusal refusal, ProcessFacts facts) =>
        !facts.IsInContainer || !facts.IsInInitialUserNamespace || refusal.Remedy.Kind == HopRemedyKind.UseNewerKernel
            ? [refusal.Remedy]
            : [refusal.Remedy, new(facts.IsInKubernetes ? HopRemedyKind.MountIntoPod : HopRemedyKind.MountIntoContainer, SharingRemedy.Way)];

    /// <summary>Returns the remedies that would let this process load its own filter.</summary>
    /// <param name="refusal">What opening said.</param>
    /// <param name="cause">The kernel's answer, where it was one.</param>
    /// <param name="facts">The process.</param>
    public static IReadOnlyList<HopRemedy> ForSocketFilter(HopSourceRefusal refusal, BpfException? cause, ProcessFacts facts) => cause?.Errno switch
    {
        // No right makes up for what the kernel lacks.
        _ when refusal.Remedy.Kind == HopRemedyKind.UseNewerKernel => [refusal.Remedy],
        Errno.EMFILE => [new(HopRemedyKind.RaiseDescriptorLimit)],
        Errno.EPERM or Errno.ENOSYS when facts.HasSeccompFilter && facts.HasCapBpf && facts.IsInInitialUserNamespace => [new(HopRemedyKind.AllowBpf)],
        Errno.EPERM when !facts.IsInInitialUserNamespace => [new(HopRemedyKind.LeaveUserNamespace)],
        Errno.EPERM when !facts.HasCapBpf => ForCapability(facts),
        _ => [refusal.Remedy],
    };

    private static List<HopRemedy> ForCapability(ProcessFacts facts)
    {
        List<HopRemedy> remedies = [new(HopRemedyKind.GrantCapabilityToService)];
        if (facts.IsInContainer)
        {
            remedies.Add(new(facts.IsInKubernetes ? HopRemedyKind.GrantCapabilityToPod : HopRemedyKind.GrantCapabilityToContainer));
        }

        // Every user who executes the file gets the capability, and .NET's runtime runs code that the environment names (DOTNET_STARTUP_HOOKS). A native
        // program has no such runtime.
        if (NativeProgram.IsThis && Environment.ProcessPath is { } program)
        {
            remedies.Add(new(HopRemedyKind.GrantCapabilityToProgram, program));
        }

        return remedies;
    }
}
