using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>Finds the maps of maps that contain a map. A program that looks the map up in one of them can use it without referring to it.</summary>
internal static class OuterMaps
{
    /// <returns>Their ids, in ascending order.</returns>
    /// <exception cref="BpfException">The kernel refused: the process lacks CAP_SYS_ADMIN.</exception>
    public static IEnumerable<uint> Holding(uint map)
    {
        Bpf.DescriptorByIdAttributes ids = new();
        Errno error;
        while ((error = Bpf.MapGetNextId(ref ids)) == Errno.None)
        {
            ids.Id = ids.NextId;
            if (Holds(ids.Id, map))
            {
                yield return ids.Id;
            }
        }

        if (error != Errno.ENOENT)
        {
            throw new BpfException(BpfCommand.MapGetNextId, error, "Listing maps");
        }
    }

    private static bool Holds(uint outer, uint inner)
    {
        Bpf.DescriptorByIdAttributes attributes = new() { Id = outer };
        Errno error = Bpf.MapGetDescriptorById(ref attributes, out FileDescriptor descriptor);
        using (descriptor)
        {
            Bpf.MapInfo info = default;
            error = error == Errno.None ? Bpf.ObjectGetInfo(descriptor, ref info) : error;
            return error switch
            {
                Errno.None => (BpfMapType)info.Type is BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps && Holds(descriptor, info, inner),
                // The map was removed in the meantime.
                Errno.ENOENT => false,
                _ => throw new BpfException(BpfCommand.MapGetDescriptorById, error, $"Opening the map with id {outer}"),
            };
        }
    }

    private static unsafe bool Holds(FileDescriptor outer, Bpf.MapInfo info, uint inner)
    {
        using DescriptorLease lease = new(outer);
        // Applications read an inner map as its id (bpf_map_fd_sys_lookup_elem).
        uint held = 0;
        byte[] key = new byte[info.KeySize];
        fixed (byte* pointer = key)
        {
            Bpf.MapElementAttributes next = new() { MapDescriptor = (uint)lease.Number, Value = (ulong)pointer };
            Bpf.MapElementAttributes look = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)pointer, Value = (ulong)&held };
            // Deletions at the same time make the kernel start over: the steps are limited to the number of possible keys.
            for (uint step = 0; step < info.MaxEntries && Bpf.MapGetNextKey(ref next) == Errno.None; step++)
            {
                next.Key = (ulong)pointer;
                if (Bpf.MapLookupElement(ref look) == Errno.None && held == inner)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
