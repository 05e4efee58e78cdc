using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <content>Many entries in one system call. Linux 5.6.</content>
public sealed unsafe partial class BpfMap<TKey, TValue>
{
    /// <summary>Writes many entries, each whether its key is there or not. Linux 5.6.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="values">A value for each key.</param>
    /// <exception cref="ArgumentException">There are more keys than values, or the other way round.</exception>
    /// <exception cref="BpfBatchException">
    /// The kernel refused an entry, for example because the map is full (<see cref="Errno.E2BIG"/>). It says how many came before.
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

    /// <summary>Deletes many keys. Those that are not there are passed over. Linux 5.6, hash maps.</summary>
    /// <returns>How many were there.</returns>
    /// <exception cref="BpfBatchException">The kernel refused: entries of an array cannot be deleted. It says how many keys were dealt with before.</exception>
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
                    // The kernel stopped at a key that is not there.
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
    /// Reads the next entries, as many as fit. Call again, with the same position, until that is <see cref="BpfBatchPosition.IsAtEnd"/>; a batch before the
    /// last may be short, even empty. Allocates nothing. Linux 5.6.
    /// </summary>
    /// <param name="keys">For the keys. A hash map's bucket comes whole: with room for too few of them the kernel refuses.</param>
    /// <param name="values">For their values, as many.</param>
    /// <param name="position">Where to begin; moved on.</param>
    /// <returns>How many entries came.</returns>
    /// <exception cref="ArgumentException">There is more room for keys than for values, or the other way round, or none.</exception>
    /// <exception cref="BpfException">The kernel refused: <see cref="Errno.ENOSPC"/> if the next bucket does not fit.</exception>
    public int ReadBatch(Span<TKey> keys, Span<TValue> values, ref BpfBatchPosition position) => Fetch(take: false, keys, values, ref position);

    /// <summary>
    /// Reads and deletes the next entries, as many as fit: like <see cref="ReadBatch"/>, and no other thread or program gets the same. Linux 5.6, hash maps.
    /// </summary>
    /// <param name="keys">For the keys. A bucket comes whole: with room for too few of them the kernel refuses.</param>
    /// <param name="values">For their values, as many.</param>
    /// <param name="position">Where to begin; moved on.</param>
    /// <returns>How many entries came.</returns>
    /// <exception cref="ArgumentException">There is more room for keys than for values, or the other way round, or none.</exception>
    /// <exception cref="BpfException">
    /// The kernel refused: <see cref="Errno.ENOSPC"/> if the next bucket does not fit; entries of an array cannot be deleted.
    /// </exception>
    public int TakeBatch(Span<TKey> keys, Span<TValue> values, ref BpfBatchPosition position) => Fetch(take: true, keys, values, ref position);

    private int Fetch(bool take, Span<TKey> keys, Span<TValue> values, ref BpfBatchPosition position)
    {
        ThrowUnlessEqual(keys.Length, values.Length);
        if (keys.IsEmpty)
        {
            throw new ArgumentException("There must be room for an entry.", nameof(keys));
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
            throw new ArgumentException($"Each key has its value: these are {keys} keys and {values} values.", nameof(values));
        }
    }

    /// <summary>The kernel leaves the count alone when it refuses before the first entry: a failure with nothing missing did nothing.</summary>
    private static int CompletedOf(int asked, uint reported) => reported < asked ? (int)reported : 0;
}
