using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// Reads entries in batches. A batch ends between two buckets of the kernel's table, so deletions and additions do not affect the position.
/// </summary>
internal static unsafe class MapBatch
{
    /// <summary>The number of entries in the first batch of an enumeration.</summary>
    public const int First = 256;

    /// <param name="map">The map.</param>
    /// <param name="take">True to delete the entries that are read.</param>
    /// <param name="keys">The buffer for the keys.</param>
    /// <param name="values">The buffer for the values.</param>
    /// <param name="keySize">The size of a key in bytes.</param>
    /// <param name="room">The maximum number of entries.</param>
    /// <param name="position">The position to start at; advanced.</param>
    /// <param name="count">The number of entries that were read.</param>
    /// <returns>None, also for the last batch; ENOSPC if a single bucket has more entries than the buffer; another error.</returns>
    public static Errno Fetch(BpfMap map, bool take, void* keys, void* values, int keySize, int room, ref BpfBatchPosition position, out int count)
    {
        using DescriptorLease lease = new(map.Descriptor);
        // Hash tables write the number of a bucket there; other maps write the last key (generic_map_lookup_batch), of any length.
        ulong place = position.Place;
        byte[]? longPlace = map.Type != BpfMapType.LpmTrie ? null : position.LongPlace ?? new byte[keySize];
        fixed (byte* longPointer = longPlace)
        {
            byte* pointer = longPlace is null ? (byte*)&place : longPointer;
            Bpf.MapBatchAttributes attributes = new()
            {
                InBatch = position.IsStarted ? (ulong)pointer : 0,
                OutBatch = (ulong)pointer,
                Keys = (ulong)keys,
                Values = (ulong)values,
                Count = (uint)room,
                MapDescriptor = (uint)lease.Number,
            };
            Errno error = take ? Bpf.MapLookupAndDeleteBatch(ref attributes) : Bpf.MapLookupBatch(ref attributes);
            count = 0;
            if (error is Errno.None or Errno.ENOENT)
            {
                count = (int)attributes.Count;
                position = new BpfBatchPosition { Place = place, LongPlace = longPlace, IsStarted = true, IsAtEnd = error == Errno.ENOENT };
                return Errno.None;
            }

            return error;
        }
    }

    public static BpfCommand CommandFor(bool take) => take ? BpfCommand.MapLookupAndDeleteBatch : BpfCommand.MapLookupBatch;
}
