using System.Collections;

namespace Ebpf.Maps;

/// <summary>Represents the entries of a map, which are read in batches during enumeration.</summary>
/// <remarks>
/// The alternative, reading the key after the previous one, starts over if the previous key was deleted in the meantime, and may repeat entries forever. A
/// batch ends between two buckets of the kernel's table, so deletions do not affect the position.
/// </remarks>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="TValue">The type of the values.</typeparam>
public readonly struct BpfMapEntries<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private readonly BpfMap<TKey, TValue> _map;

    internal BpfMapEntries(BpfMap<TKey, TValue> map) => _map = map;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()
    {
        TKey[] keys = new TKey[Math.Min(MapBatch.First, _map.MaxEntries)];
        TValue[] values = new TValue[keys.Length];
        BpfBatchPosition position = default;
        while (!position.IsAtEnd)
        {
            Errno error = Fetch(keys, values, ref position, out int count);
            if (error == Errno.ENOSPC && keys.Length < _map.MaxEntries)
            {
                // A single bucket has more entries than the buffer.
                keys = new TKey[(int)Math.Min(keys.Length * 4L, _map.MaxEntries)];
                values = new TValue[keys.Length];
                continue;
            }

            if (error != Errno.None)
            {
                throw MapRefusal.Explain(_map, MapBatch.CommandFor(take: false), error, "Reading the entries of");
            }

            for (int i = 0; i < count; i++)
            {
                yield return new(keys[i], values[i]);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private unsafe Errno Fetch(TKey[] keys, TValue[] values, ref BpfBatchPosition position, out int count)
    {
        fixed (TKey* keysPointer = keys)
        fixed (TValue* valuesPointer = values)
        {
            return MapBatch.Fetch(_map, take: false, keysPointer, valuesPointer, sizeof(TKey), keys.Length, ref position, out count);
        }
    }
}
