using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <content>Many entries in one system call. Linux 5.6.</content>
public sealed unsafe partial class BpfMap<TKey, TValue>
{
    /// <summary>Adds or replaces many entries with one system call. Linux 5.6.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="values">A value for each key.</param>
    /// <exception cref="ArgumentException">The numbers of keys and values differ.</exception>
    /// <exception cref="BpfBatchException">
    /// The kernel refused an entry, for example because the map is full (<see cref="Errno.E2BIG"/>). The exception has the number of entries that were written
    /// before.
    /// </exception>
    public void UpdateBatch(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values)
    {
        ThrowUnlessEqual(keys.Length, values.Length);
        using DescriptorLease lease = new(Descriptor);
        fixed (TKey* keysPointer = keys)
        fixed (TValue* valuesPointer = values)
        {
            Bpf.MapBatchAttributes attributes = new()
            {
                Keys = (ulong)keysPointer,
                Values = (ulong)valuesPointer,
                Count = (uint)keys.Length,
                MapDescriptor = (uint)lease.Number,
            };
            Errno error = Bpf.MapUpdateBatch(ref attributes);
            if (error != Errno.None)
            {
                throw new BpfBatchException(this, BpfCommand.MapUpdateBatch, error, CompletedOf(keys.Length, attributes.Count), keys.Length);
            }
        }
    }

    /// <summary>Deletes many keys, and skips keys that do not exist. Linux 5.6, hash maps.</summary>
    /// <returns>The number of keys that existed.</returns>
    /// <exception cref="BpfBatchException">
    /// The kernel refused: entries of an array cannot be deleted. The exception has the number of keys that were processed before.
    /// </exception>
    public int RemoveBatch(ReadOnlySpan<TKey> keys)
    {
        using DescriptorLease lease = new(Descriptor);
        int removed = 0;
        int done = 0;
        fixed (TKey* keysPointer = keys)
        {
            while (done < keys.Length)
            {
                int rest = keys.Length - done;
                Bpf.MapBatchAttributes attributes = new() { Keys = (ulong)(keysPointer + done), Count = (uint)rest, MapDescriptor = (uint)lease.Number };
                Errno error = Bpf.MapDeleteBatch(ref attributes);
                int completed = error == Errno.None ? rest : CompletedOf(rest, attributes.Count);
                removed += completed;
                done += completed;
                if (error == Errno.ENOENT)
                {
                    // The kernel stopped at a key that does not exist.
                    done++;
                }
                else if (error != Errno.None)
                {
                    throw new BpfBatchException(this, BpfCommand.MapDeleteBatch, error, done, keys.Length);
                }
            }
        }

        return removed;
    }

    /// <summary>
    /// Reads the next entries, as many as fit. Call it with the same position until <see cref="BpfBatchPosition.IsAtEnd"/> is true; a batch before the last may
    /// be short or empty. Allocates nothing. Linux 5.6.
    /// </summary>
    /// <param name="keys">Receives the keys. A hash map's bucket is returned as a whole: the kernel refuses if it does not fit.</param>
    /// <param name="values">Receives the values; has the same length.</param>
    /// <param name="position">The position to start at; advanced by the call.</param>
    /// <returns>The number of entries that were read.</returns>
    /// <exception cref="ArgumentException">The lengths of the spans differ, or are 0.</exception>
    /// <exception cref="BpfException">The kernel refused: <see cref="Errno.ENOSPC"/> if the next bucket does not fit.</exception>
    public int ReadBatch(Span<TKey> keys, Span<TValue> values, ref BpfBatchPosition position) => Fetch(take: false, keys, values, ref position);

    /// <summary>
    /// Reads and deletes the next entries, as many as fit. No other thread or program gets the same entries. Call it as <see cref="ReadBatch"/>. Linux 5.6,
    /// hash maps.
    /// </summary>
    /// <param name="keys">Receives the keys. A bucket is returned as a whole: the kernel refuses if it does not fit.</param>
    /// <param name="values">Receives the values; has the same length.</param>
    /// <param name="position">The position to start at; advanced by the call.</param>
    /// <returns>The number of entries that were read.</returns>
    /// <exception cref="ArgumentException">The lengths of the spans differ, or are 0.</exception>
    /// <exception cref="BpfException">
    /// The kernel refused: <see cref="Errno.ENOSPC"/> if the next bucket does not fit; entries of an array cannot be deleted.
    /// </exception>
    public int TakeBatch(Span<TKey> keys, Span<TValue> values, ref BpfBatchPosition position) => Fetch(take: true, keys, values, ref position);

    private int Fetch(bool take, Span<TKey> keys, Span<TValue> values, ref BpfBatchPosition position)
    {
        ThrowUnlessEqual(keys.Length, values.Length);
        if (keys.IsEmpty)
        {
            throw new ArgumentException("The spans are empty: there must be room for at least one entry.", nameof(keys));
        }

        if (position.IsAtEnd)
        {
            return 0;
        }

        fixed (TKey* keysPointer = keys)
        fixed (TValue* valuesPointer = values)
        {
            Errno error = MapBatch.Fetch(this, take, keysPointer, valuesPointer, sizeof(TKey), keys.Length, ref position, out int count);
            _ = Succeeded(MapBatch.CommandFor(take), take ? "Taking entries from" : "Reading the entries of", error, falseFor: Errno.None);
            return count;
        }
    }

    private static void ThrowUnlessEqual(int keys, int values)
    {
        if (keys != values)
        {
            throw new ArgumentException($"The numbers of keys and values differ: {keys} keys and {values} values.", nameof(values));
        }
    }

    /// <summary>The kernel does not change the count if it refuses before the first entry, so a failure with an unchanged count did nothing.</summary>
    private static int CompletedOf(int asked, uint reported) => reported < asked ? (int)reported : 0;
}
