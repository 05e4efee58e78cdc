using Ebpf.Features;
using Ebpf.Maps;
using Ebpf.Programs;

namespace Ebpf.Kernel;

/// <summary>What an operation needs besides its command: to explain why it was refused.</summary>
/// <param name="Since">The kernel that has it first, where known.</param>
/// <param name="Capability">The capability that it takes besides CAP_BPF, if any.</param>
internal readonly record struct KernelFeature(Version? Since, Capability? Capability = null)
{
    public static KernelFeature Of(BpfMapType type, BpfMapFlags flags = BpfMapFlags.None) => new(Later(KernelVersions.Of(type), KernelVersions.Of(flags)));

    // is_net_admin_prog_type and is_perfmon_prog_type in kernel/bpf/syscall.c, of the types that this library has.
    public static KernelFeature Of(BpfProgramType type) => new(
        KernelVersions.Of(type),
        type is BpfProgramType.Xdp or BpfProgramType.SockOps or BpfProgramType.CgroupSockAddr ? Features.Capability.NetAdmin : null);

    /// <param name="attachType"><c>enum bpf_attach_type</c>.</param>
    public static KernelFeature OfAttachType(int attachType) => new(KernelVersions.OfAttachType(attachType), Features.Capability.NetAdmin);

    /// <returns>The later of two versions; of one, that one.</returns>
    public static Version? Later(Version? left, Version? right) => right is null || left > right ? left : right;
}
