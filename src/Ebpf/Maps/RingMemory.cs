namespace Ebpf.Maps;

/// <summary>
/// The memory of a ring buffer as its reader maps it: a writable page with the reader's position, a page with the programs' position, and the records. The
/// records are mapped twice in a row, so that a record that wraps around the end is contiguous.
/// </summary>
/// <remarks>
/// A record begins with a header of 8 bytes, of which the first four are its length and two flags. Positions count all bytes ever written, and wrap. Not
/// thread-safe, except <see cref="Written"/>.
/// </remarks>
/// <seealso href="https://docs.kernel.org/bpf/ringbuf.html"/>
internal sealed unsafe class RingMemory : IDisposable
{
    private const uint Busy = 1u << 31;
    private const uint Discarded = 1u << 30;
    private const uint HeaderSize = 8;

    // About a hundred small records: enough to make wake-ups rare, and a small part of the ring.
    private const int MostUnpublished = 4096;

    private readonly MemoryMapping _readerPage;
    private readonly MemoryMapping _rest;
    private readonly ulong* _readPosition;
    private readonly ulong* _writtenPosition;
    private readonly byte* _records;
    private readonly uint _mask;
    private readonly uint _unpublishedAtMost;

    // The position as last read: reading it again takes the cache line from the processor that writes.
    private ulong _written;

    private ulong _published;

    private RingMemory(MemoryMapping readerPage, MemoryMapping rest, int capacity)
    {
        _readerPage = readerPage;
        _rest = rest;
        _readPosition = (ulong*)readerPage.Address;
        _writtenPosition = (ulong*)rest.Address;
        _records = (byte*)rest.Address + Environment.SystemPageSize;
        _mask = (uint)capacity - 1;
        _unpublishedAtMost = (uint)Math.Min(capacity / 8, MostUnpublished);
        Position = _published = _written = Volatile.Read(ref *_readPosition);
    }

    /// <summary>Gets the position of the next record.</summary>
    public ulong Position { get; private set; }

    /// <summary>Gets the end of the last record that a program has reserved or committed.</summary>
    public ulong Written => Volatile.Read(ref *_writtenPosition);

    public static RingMemory Map(BpfRingBuffer ring)
    {
        Errno error = MemoryMapping.Map(ring.Descriptor, offset: 0, (nuint)Environment.SystemPageSize, writable: true, out MemoryMapping readerPage);
        if (error != Errno.None)
        {
            throw MapRefusal.ExplainMapping(ring, writable: true, error);
        }

        nuint length = (nuint)Environment.SystemPageSize + (2 * (nuint)ring.Capacity);
        error = MemoryMapping.Map(ring.Descriptor, Environment.SystemPageSize, length, writable: false, out MemoryMapping rest);
        if (error != Errno.None)
        {
            readerPage.Dispose();
            throw MapRefusal.ExplainMapping(ring, writable: false, error);
        }

        RingMemory memory = new(readerPage, rest, ring.Capacity);
        if (memory.Position % 8 != 0 || memory.Written - memory.Position > (ulong)ring.Capacity)
        {
            string message = $"{ring.Describe()} cannot be read: it is read up to byte {memory.Position} and written up to byte {memory.Written}, "
                + "which is invalid; another process has changed the positions.";
            memory.Dispose();
            throw new InvalidDataException(message);
        }

        return memory;
    }

    /// <summary>Gets whether <see cref="TryPeek"/> would make progress.</summary>
    public bool HasNews => Position != Written && (Volatile.Read(ref *(uint*)(_records + (Position & _mask))) & Busy) == 0;

    /// <summary>Gets the next record without advancing, and skips discarded ones.</summary>
    /// <returns>False if there is none, or the next one is not committed yet.</returns>
    /// <exception cref="InvalidDataException">The header is invalid.</exception>
    public bool TryPeek(out ReadOnlySpan<byte> record)
    {
        for (; ; )
        {
            if (Position == _written && Position == (_written = Written))
            {
                record = default;
                return false;
            }

            byte* header = _records + (Position & _mask);
            // Reads that follow see all that the program wrote into the record before it committed.
            uint length = Volatile.Read(ref *(uint*)header);
            if (length <= _mask + 1 - HeaderSize)
            {
                record = new ReadOnlySpan<byte>(header + HeaderSize, (int)length);
                return true;
            }

            if ((length & Busy) != 0)
            {
                record = default;
                return false;
            }

            if ((length & Discarded) == 0)
            {
                throw new InvalidDataException(
                    $"The ring buffer is damaged: a record of {length} bytes in a ring of {_mask + 1L}. Another process has read from it.");
            }

            Advance((int)(length & ~Discarded));
        }
    }

    /// <summary>Advances behind a record of that length. Its space is freed later: <see cref="Publish"/>.</summary>
    public void Advance(int length)
    {
        ulong start = Position;
        ulong size = (ulong)(uint)(length + HeaderSize + 7) & ~7UL;
        Position += size;
        if (Position - _published >= _unpublishedAtMost)
        {
            // The space of a large record is freed at once. Otherwise the last record is not published, because a program that commits exactly at the published
            // position wakes the reader.
            PublishUpTo(size >= _unpublishedAtMost ? Position : start);
        }
    }

    /// <summary>Publishes the reader's position to the programs.</summary>
    /// <remarks>
    /// It is not called after each record: a program that commits exactly at the published position wakes the reader with an interrupt, which takes many times
    /// as long as the record (<c>bpf_ringbuf_commit</c>). It must be called before waiting and before leaving, or no program would wake the reader.
    /// </remarks>
    public void Publish() => PublishUpTo(Position);

    private void PublishUpTo(ulong position)
    {
        _published = position;
        // Ordered after the copies of the records.
        Volatile.Write(ref *_readPosition, position);
    }

    /// <summary>Keeps the memory mapped until <see cref="Release"/>, even if another thread disposes it.</summary>
    /// <exception cref="ObjectDisposedException">The memory was disposed.</exception>
    public void Hold()
    {
        bool held = false;
        _rest.DangerousAddRef(ref held);
    }

    public void Release() => _rest.DangerousRelease();

    public void Dispose()
    {
        _readerPage.Dispose();
        _rest.Dispose();
    }
}
