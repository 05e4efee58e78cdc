using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// Fetches entries in batches. A batch ends between two buckets of the kernel's table, so that neither deletions nor additions disturb the position.
/// </summary>
internal static unsafe class MapBatch
{
    /// <summary>How many entries enumerations ask for at once, to begin with.</summary>
    public const int First = 256;

    /// <param name="map">The map.</param>
    /// <param name="take">Whether to delete what is fetched.</param>
    /// <param name="keys">Where the keys go.</param>
    /// <param name="values">Where the values go.</param>
    /// <param name="keySize">How many bytes a key has.</param>
    /// <param name="room">For how many entries there is room.</param>
    /// <param name="position">From where on; moved.</param>
    /// <param name="count">How many came.</param>
    /// <returns>None, also for the last batch; ENOSPC if a single bucket holds more than there is room for; another error.</returns>
    public static Errno Fetch(BpfMap map, bool take, void* keys, void* values, int keySize, int room, ref BpfBatchPosition position, out int count)
    {
        using DescriptorLease lease = new(map.Descriptor);
        // Hash tables write the number of a bucket there; other maps the last key (generic_map_lookup_batch), however long it is.
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
