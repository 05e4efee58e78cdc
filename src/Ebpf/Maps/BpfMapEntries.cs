using System.Collections;

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
                // A single bucket holds more than fits.
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
