using System.Collections;

namespace Ebpf.Maps;

/// <summary>
/// The entries of a per-CPU map, fetched in batches while they are enumerated. Each has an array of values of its own, the first of them processor 0's.
/// </summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value of one processor.</typeparam>
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
                // A single bucket holds more than fits.
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
