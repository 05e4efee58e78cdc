using Ebpf.Explanation;
using Hops.Common.Processes;

namespace Ebpf.Features;

/// <summary>Reads <c>/proc</c>.</summary>
internal static class ProcessProbe
{
    public static BpfFeature Probe(Capability capability) => Judge(capability, ProcessStatus.Read());

    internal static BpfFeature Judge(Capability capability, ProcessStatus status)
    {
        string name = CapabilityNames.Of(capability);
        if (!status.IsKnown)
        {
            return BpfFeature.Unknown("/proc/thread-self/status cannot be read");
        }

        return !status.Has(capability) ? BpfFeature.No($"this thread lacks {name}")
            : status.IsInInitialUserNamespace ? BpfFeature.Yes($"this thread has {name}")
            : BpfFeature.No($"this thread has {name} in a user namespace only (a rootless container?), where it does not count for eBPF");
    }
}
