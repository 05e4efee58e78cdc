using System.Runtime;
using System.Runtime.CompilerServices;
using Ebpf;
using Hops.Sharing;
using Hops.Sources;

namespace Hops.Diagnosis;

/// <summary>What makes the eBPF sources work where they do not: never a weaker setting for the whole host, never a capability for a program that runs others.</summary>
internal static class FilterRemedies
{
    // Unix sockets and pins can be used over a read-only mount, over which files cannot be changed. A pod's supplementalGroups are numbers.
    private static readonly string ForKubernetes =
        $$$"""
        in Kubernetes, where the node shares ('hops system {{{SharingRemedy.Verb}}}' there), in the pod's specification (GID: what 'getent group hops' tells on the node):
            spec:
              securityContext:
                supplementalGroups: [GID]
              containers:
              - volumeMounts:
                - {name: hops, mountPath: /run/hops, readOnly: true}
              volumes:
              - {name: hops, hostPath: {path: /run/hops, type: Directory}}
        """;

    private static readonly string ForContainers =
        $"""
        in a container, where the host shares ('hops system {SharingRemedy.Verb}' there), started on the host by:
            docker run -v /run/hops:/run/hops:ro --group-add "$(getent group hops | cut -d: -f3)" IMAGE
        """;

    /// <summary>What would let this process use the filter that a host shares.</summary>
    public static IReadOnlyList<string> ForPinnedFilter(HopSourceRefusal refusal, ProcessFacts facts) =>
        !facts.IsInContainer || !facts.IsInInitialUserNamespace || IsForOldKernel(refusal) ? [refusal.Remedy]
        : facts.IsInKubernetes ? [refusal.Remedy, ForKubernetes]
        : [refusal.Remedy, ForContainers];

    /// <summary>What would let this process load a filter of its own.</summary>
    /// <param name="refusal">What opening said.</param>
    /// <param name="cause">The kernel's answer, where it was one.</param>
    /// <param name="facts">The process.</param>
    public static IReadOnlyList<string> ForSocketFilter(HopSourceRefusal refusal, BpfException? cause, ProcessFacts facts) => cause?.Errno switch
    {
        // No right makes up for what the kernel lacks.
        _ when IsForOldKernel(refusal) => [refusal.Remedy],
        Errno.EMFILE => ["raise 'ulimit -n' (systemd: LimitNOFILE=)"],
        Errno.EPERM or Errno.ENOSYS when facts.HasSeccompFilter && facts.HasCapBpf && facts.IsInInitialUserNamespace =>
            ["let the seccomp profile of this container or service allow bpf(2)"],
        Errno.EPERM when !facts.IsInInitialUserNamespace => [SharingRemedy.OutsideOfUserNamespace],
        Errno.EPERM when !facts.HasCapBpf => ForCapability(facts),
        _ => [refusal.Remedy],
    };

    private static bool IsForOldKernel(HopSourceRefusal refusal) => refusal.Remedy == FilterKernel.Remedy;

    private static List<string> ForCapability(ProcessFacts facts)
    {
        List<string> remedies = ["systemd: AmbientCapabilities=CAP_BPF"];
        if (facts.IsInContainer)
        {
            remedies.Add(facts.IsInKubernetes ? "containers: securityContext: {capabilities: {add: [BPF]}}" : "containers: --cap-add BPF");
        }

        // Whoever executes the file gets the capability, and .NET's runtime runs code that the environment names (DOTNET_STARTUP_HOOKS). A native program has no such runtime.
        // It alone compiles no method: IsDynamicCodeSupported is false in every program whose project says PublishAot, also where it runs on .NET.
        if (!RuntimeFeature.IsDynamicCodeSupported && JitInfo.GetCompiledMethodCount() == 0 && Environment.ProcessPath is { } program)
        {
            remedies.Add($"sudo setcap cap_bpf+ep {Quote(program)}");
        }

        return remedies;
    }

    private static string Quote(string path) =>
        path.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '+') ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
