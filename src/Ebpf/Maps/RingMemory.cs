namespace Ebpf.Maps;

/// <summary>
/// A ring buffer's memory, from the side of the one who reads: a page for how far we have read, which we may write; a page for how far the programs have
/// written; then the records, mapped twice in a row, so that one which goes round the end lies in one piece.
/// </summary>
/// <remarks>
/// A record begins with a header of 8 bytes, of which the first four are its length and two flags. Positions count all bytes ever written, and wrap.
/// Not thread-safe, but for <see cref="Written"/>.
/// </remarks>
/// <seealso href="https://docs.kernel.org/bpf/ringbuf.html"/>
internal sealed unsafe class RingMemory : IDisposable
{
    private const uint Busy = 1u << 31;
    private const uint Discarded = 1u << 30;
    private const uint HeaderSize = 8;

    // About a hundred small records: enough to make the wake-ups rare, too little to be missed.
    private const int MostUnpublished = 4096;

    private readonly MemoryMapping _readerPage;
    private readonly MemoryMapping _rest;
    private readonly ulong* _readPosition;
    private readonly ulong* _writtenPosition;
    private readonly byte* _records;
    private readonly uint _mask;
    private readonly uint _unpublishedAtMost;

    // As last seen: asking again takes the cache line from the processor that writes.
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

    /// <summary>Where the next record begins.</summary>
    public ulong Position { get; private set; }

    /// <summary>Where the last record ends that a program has at least reserved.</summary>
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
                + "which cannot be; another process has changed that.";
            memory.Dispose();
            throw new InvalidDataException(message);
        }

        return memory;
    }

    /// <summary>Whether <see cref="TryPeek"/> would get further.</summary>
    public bool HasNews => Position != Written && (Volatile.Read(ref *(uint*)(_records + (Position & _mask))) & Busy) == 0;

    /// <summary>Looks at the next record, and passes over those that were discarded.</summary>
    /// <returns>False if there is none, or the next one is not committed yet.</returns>
    /// <exception cref="InvalidDataException">The header makes no sense.</exception>
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
            // What the program wrote into the record before it committed is seen by reads that follow.
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

    /// <summary>Goes on behind a record of that length. Its room goes back to the programs soon: <see cref="Publish"/>.</summary>
    public void Advance(int length)
    {
        ulong start = Position;
        ulong size = (ulong)(uint)(length + HeaderSize + 7) & ~7UL;
        Position += size;
        if (Position - _published >= _unpublishedAtMost)
        {
            // A large record's room goes back at once. Else the last record stays unsaid:
            // a program that commits the very record we say we have come to wakes us.
            PublishUpTo(size >= _unpublishedAtMost ? Position : start);
        }
    }

    /// <summary>Tells the programs how far we have read.</summary>
    /// <remarks>
    /// Not after each record: a program that commits the very record we say we have come to wakes us, with an interrupt, which costs it many times the record
    /// (<c>bpf_ringbuf_commit</c>).
    /// Before waiting and before leaving it must be called, or nobody would wake us.
    /// </remarks>
    public void Publish() => PublishUpTo(Position);

    private void PublishUpTo(ulong position)
    {
        _published = position;
        // Not before the records were copied.
        Volatile.Write(ref *_readPosition, position);
    }

    /// <summary>Keeps the memory where it is until <see cref="Release"/>, whoever disposes of it meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">It is gone already.</exception>
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
