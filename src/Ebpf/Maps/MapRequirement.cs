using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>What making a map takes besides CAP_BPF.</summary>
internal static class MapRequirement
{
    public static Requirement Of(BpfMapType type, BpfMapFlags flags = BpfMapFlags.None) =>
        new(Requirement.Later(KernelVersions.OfMapType((int)type), KernelVersions.OfMapFlags((uint)flags)));
}
