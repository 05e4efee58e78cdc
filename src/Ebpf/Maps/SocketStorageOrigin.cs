using Ebpf.Objects;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>Creates maps that store a value with each socket. Unlike others they have no number of entries, and must describe their types.</summary>
internal static class SocketStorageOrigin
{
    /// <exception cref="ArgumentException">The kernel would refuse the name.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static MapOrigin Make<TValue>(MapShape shape, BpfMapFlags flags, string? name)
        where TValue : unmanaged
    {
        const BpfMapType Type = BpfMapType.SocketStorage;
        flags |= MapKind.Of(Type)?.RequiredFlags ?? BpfMapFlags.None;
        Bpf.MapCreateAttributes attributes = new()
        {
            MapType = (uint)Type,
            KeySize = (uint)shape.KeySize,
            ValueSize = (uint)shape.ValueSize,
            MapFlags = (uint)flags,
            MapName = ObjectNames.Encode(name),
            BtfKeyTypeId = StorageTypes.Key,
            BtfValueTypeId = StorageTypes.Value,
        };
        string description = BpfMap.Describe(Type, name);
        using FileDescriptor types = StorageTypes.Load<TValue>(description);
        using DescriptorLease lease = new(types);
        attributes.BtfDescriptor = (uint)lease.Number;
        Errno error = MapOrigin.Create(ref attributes, out FileDescriptor descriptor);
        return error == Errno.None
            ? new MapOrigin(descriptor, Type, 0, flags, name, BpfMapAccess.ReadWrite)
            : throw MapRefusal.ExplainCreation(shape, Type, flags, isExclusive: false, error, description);
    }
}
