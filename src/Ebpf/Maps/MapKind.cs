using System.Collections.Immutable;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>The facts about a type of map: a row of the table. A new type needs a row here and, if it is used in a new way, a class.</summary>
/// <param name="Type">The type.</param>
/// <param name="Maker">The method that creates maps of it.</param>
/// <param name="RequiredFlags">Flags that the kernel requires; they are added.</param>
/// <param name="IsNumbered">True if its keys are numbers from 0 on: an array.</param>
/// <param name="Capability">The capability that creating it needs besides CAP_BPF (<c>map_create</c> in kernel/bpf/syscall.c).</param>
internal sealed record MapKind(
    BpfMapType Type, string Maker, BpfMapFlags RequiredFlags = BpfMapFlags.None, bool IsNumbered = false, Capability? Capability = null)
{
    private const string Plain = $"{nameof(BpfMap)}.{nameof(BpfMap.Create)}";
    private const string PerCpu = $"{nameof(BpfMap)}.{nameof(BpfMap.CreatePerCpu)}";
    private const string OfMaps = $"{nameof(BpfMap)}.{nameof(BpfMap.CreateMapOfMaps)}";
    private const string OfSockets = $"{nameof(BpfMap)}.{nameof(BpfMap.CreateSocketMap)}";

    private static readonly ImmutableArray<MapKind> Rows =
    [
        new(BpfMapType.Hash, Plain),
        new(BpfMapType.Array, Plain, IsNumbered: true),
        new(BpfMapType.ProgramArray, "BpfProgramArray.Create", IsNumbered: true),
        new(BpfMapType.PerCpuHash, PerCpu),
        new(BpfMapType.PerCpuArray, PerCpu, IsNumbered: true),
        new(BpfMapType.LruHash, Plain),
        new(BpfMapType.LruPerCpuHash, PerCpu),
        new(BpfMapType.LpmTrie, Plain, BpfMapFlags.NoPreallocation),
        new(BpfMapType.ArrayOfMaps, OfMaps, IsNumbered: true),
        new(BpfMapType.HashOfMaps, OfMaps),
        new(BpfMapType.SockMap, OfSockets, IsNumbered: true, Capability: Ebpf.Capability.NetAdmin),
        new(BpfMapType.SockHash, OfSockets, Capability: Ebpf.Capability.NetAdmin),
        new(BpfMapType.ReusePortSockArray, OfSockets, IsNumbered: true),
        new(BpfMapType.SocketStorage, $"{nameof(BpfMap)}.{nameof(BpfMap.CreateSocketStorage)}", BpfMapFlags.NoPreallocation),
        new(BpfMapType.RingBuffer, $"{nameof(BpfRingBuffer)}.{nameof(BpfRingBuffer.Create)}"),
    ];

    /// <summary>Returns the row of a type; null for a type without a name in this library.</summary>
    public static MapKind? Of(BpfMapType type) => Rows.FirstOrDefault(row => row.Type == type);

    /// <summary>Returns the requirements for creating a map besides CAP_BPF.</summary>
    public static Requirement RequirementOf(BpfMapType type, BpfMapFlags flags = BpfMapFlags.None) =>
        new(Requirement.Later(KernelVersions.OfMapType((int)type), KernelVersions.OfMapFlags((uint)flags)), Of(type)?.Capability);
}
