using System.Collections;
using Ebpf.Kernel;

namespace Ebpf.Maps;

/// <summary>The entries of a map, fetched in batches while they are enumerated.</summary>
/// <remarks>
/// The usual way, asking for the key after the last one, starts over when that key was deleted meanwhile: it may repeat entries for ever.
/// A batch ends between two buckets of the kernel's table, so deletions cannot disturb the position.
/// </remarks>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public readonly struct BpfMapEntries<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int FirstBatch = 256;

    private readonly BpfMap<TKey, TValue> _map;

    internal BpfMapEntries(BpfMap<TKey, TValue> map) => _map = map;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()
    {
        TKey[] keys = new TKey[Math.Min(FirstBatch, _map.MaxEntries)];
        TValue[] values = new TValue[keys.Length];
        // The position is opaque: a bucket's number for hash maps, the last key for arrays (4 bytes), never more than a key.
        byte[] position = new byte[Math.Max(sizeof(ulong), System.Runtime.CompilerServices.Unsafe.SizeOf<TKey>())];
        bool first = true;
        for (; ; )
        {
            Errno error = Fetch(keys, values, position, first, out int count);
            if (error == Errno.ENOSPC && keys.Length < _map.MaxEntries)
            {
                // A single bucket holds more than fits.
                keys = new TKey[Math.Min(keys.Length * 4, _map.MaxEntries)];
                values = new TValue[keys.Length];
                continue;
            }

            if (error is not (Errno.None or Errno.ENOENT))
            {
                throw Refusal.Explain("BPF_MAP_LOOKUP_BATCH", error, $"Reading the entries of a map of type {_map.Type}");
            }

            first = false;
            for (int i = 0; i < count; i++)
            {
                yield return new(keys[i], values[i]);
            }

            if (error == Errno.ENOENT)
            {
                yield break;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private unsafe Errno Fetch(TKey[] keys, TValue[] values, byte[] position, bool first, out int count)
    {
        using DescriptorLease lease = new(_map.Descriptor);
        fixed (TKey* keysPointer = keys)
        fixed (TValue* valuesPointer = values)
        fixed (byte* positionPointer = position)
        {
            Bpf.MapBatchAttributes attributes = new()
            {
                InBatch = first ? 0 : (ulong)positionPointer,
                OutBatch = (ulong)positionPointer,
                Keys = (ulong)keysPointer,
                Values = (ulong)valuesPointer,
                Count = (uint)keys.Length,
                MapDescriptor = (uint)lease.Number,
            };
            Errno error = Bpf.MapLookupBatch(ref attributes);
            count = error is Errno.None or Errno.ENOENT ? (int)attributes.Count : 0;
            return error;
        }
    }
}
