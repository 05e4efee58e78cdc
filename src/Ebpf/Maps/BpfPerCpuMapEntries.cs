using System.Collections;

namespace Ebpf.Maps;

/// <summary>
/// Represents the entries of a per-CPU map, which are read in batches during enumeration. Each entry has a new array of values; the first is that of processor
/// 0.
/// </summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="TValue">The type of the value of one processor.</typeparam>
public readonly struct BpfPerCpuMapEntries<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue[]>>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private readonly BpfPerCpuMap<TKey, TValue> _map;

    internal BpfPerCpuMapEntries(BpfPerCpuMap<TKey, TValue> map) => _map = map;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<TKey, TValue[]>> GetEnumerator()
    {
        int size = PerCpuValues<TValue>.Size;
        TKey[] keys = new TKey[Math.Min(MapBatch.First, _map.MaxEntries)];
        byte[] padded = new byte[checked(size * keys.Length)];
        BpfBatchPosition position = default;
        while (!position.IsAtEnd)
        {
            Errno error = Fetch(keys, padded, ref position, out int count);
            if (error == Errno.ENOSPC && keys.Length < _map.MaxEntries)
            {
                // A single bucket has more entries than the buffer.
                keys = new TKey[(int)Math.Min(keys.Length * 4L, _map.MaxEntries)];
                padded = new byte[checked(size * keys.Length)];
                continue;
            }

            if (error != Errno.None)
            {
                throw MapRefusal.Explain(_map, MapBatch.CommandFor(take: false), error, "Reading the entries of");
            }

            for (int i = 0; i < count; i++)
            {
                TValue[] values = new TValue[PossibleProcessors.Count];
                PerCpuValues<TValue>.Unpad(padded.AsSpan(i * size, size), values);
                yield return new(keys[i], values);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private unsafe Errno Fetch(TKey[] keys, byte[] padded, ref BpfBatchPosition position, out int count)
    {
        fixed (TKey* keysPointer = keys)
        fixed (byte* paddedPointer = padded)
        {
            return MapBatch.Fetch(_map, take: false, keysPointer, paddedPointer, sizeof(TKey), keys.Length, ref position, out count);
        }
    }
}
