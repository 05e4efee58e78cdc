using Ebpf.Maps;
using Ebpf.SystemCalls;

namespace Ebpf.Features;

/// <summary>Creates a map of one entry.</summary>
internal static class MapProbe
{
    private const uint NoPreallocation = 1 << 0;
    private const uint MemoryMappable = 1 << 10;

    public static BpfFeature Probe(BpfMapType type)
    {
        Requirement needed = MapKind.RequirementOf(type);
        Bpf.MapCreateAttributes attributes = Smallest(type);
        Errno error = MapOrigin.Create(ref attributes, out FileDescriptor map);
        map.Dispose();
        if (error == Errno.None)
        {
            return BpfFeature.Yes($"a map of type {type} can be made");
        }

        // Some types need a further descriptor. Only a kernel that knows the type checks it.
        if (error == Errno.EBADF)
        {
            return BpfFeature.Yes($"the kernel knows maps of type {type}");
        }

        return BpfFeatures.ExplainUnanswered(BpfCommand.MapCreate, error, $"Creating a map of type {type}", needed)
            ?? BpfFeature.No(
                $"this kernel has no map type {type} ({CommandFacts.Of(BpfCommand.MapCreate).Call}: {error}){BpfFeatures.BecauseOf(needed.Since)}");
    }

    /// <summary>Returns the smallest valid attributes of each type (<c>map_alloc_check</c> in the kernel), by its number in <c>enum bpf_map_type</c>.</summary>
    private static Bpf.MapCreateAttributes Smallest(BpfMapType type)
    {
        Bpf.MapCreateAttributes attributes = new() { MapType = (uint)type, KeySize = 4, ValueSize = 4, MaxEntries = 1 };
        switch ((int)type)
        {
            case 7 or 20: // stack traces and reuseport arrays have values of 8 bytes
                attributes.ValueSize = 8;
                break;
            case 11: // longest prefix
                attributes.KeySize = 8;
                attributes.MapFlags = NoPreallocation;
                break;
            case 12 or 13: // maps of maps
                attributes.InnerMapDescriptor = uint.MaxValue;
                break;
            case 19 or 21: // storage by control group and attach type
                attributes.KeySize = 16;
                attributes.MaxEntries = 0;
                break;
            case 22 or 23 or 30: // queues, stacks and Bloom filters have no keys
                attributes.KeySize = 0;
                break;
            case 24 or 28 or 29 or 32: // storage by socket, inode, task and control group
                attributes.MapFlags = NoPreallocation;
                attributes.MaxEntries = 0;
                attributes.BtfDescriptor = uint.MaxValue;
                attributes.BtfKeyTypeId = 1;
                attributes.BtfValueTypeId = 1;
                break;
            case 27 or 31: // ring buffers: the size stands for the entries
                attributes.KeySize = 0;
                attributes.ValueSize = 0;
                attributes.MaxEntries = (uint)Environment.SystemPageSize;
                break;
            case 33: // arena
                attributes.KeySize = 0;
                attributes.ValueSize = 0;
                attributes.MapFlags = MemoryMappable;
                break;
        }

        return attributes;
    }
}
