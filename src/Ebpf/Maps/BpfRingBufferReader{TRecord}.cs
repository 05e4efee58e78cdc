using System.Diagnostics.CodeAnalysis;

namespace Ebpf.Maps;

/// <summary>Reads the records of a <see cref="BpfRingBuffer"/> in order, each once: <c>await foreach (Packet packet in reader)</c>.</summary>
/// <remarks>
/// <para> Records are copied directly from the memory shared with the kernel, on the thread that runs the loop. A dedicated thread of the reader waits in the
/// kernel for more records, so no thread-pool thread is blocked. Only a reader of records of any size allocates memory for each record, its array. </para>
/// <para> A new loop continues with the next record after a previous loop has ended. Two loops at a time are refused. To end a loop from outside, cancel its
/// token, which leaves the remaining records in the ring, or dispose the reader, which returns the remaining records first. </para>
/// <para> The reader must be disposed: until then its thread keeps the reader alive and the ring buffer mapped. </para>
/// <para> A record that a program commits with <c>BPF_RB_NO_WAKEUP</c> does not wake the reader: it is read when another record does. </para>
/// </remarks>
/// <typeparam name="TRecord">The type of the records.</typeparam>
public sealed class BpfRingBufferReader<TRecord> : IAsyncEnumerable<TRecord>, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(1);

    private readonly BpfRingBuffer _ring;
    private readonly uint _id;
    private readonly RecordFormat<TRecord> _format;
    private readonly RingMemory _memory;
    private readonly RingWatch _watch;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile RingEnumerator<TRecord>? _loop;
    private volatile Exception? _failure;
    private volatile Phase _phase;
    private Seat _seat;
    private ulong _end;

    private BpfRingBufferReader(BpfRingBuffer ring, uint id, RecordFormat<TRecord> format)
    {
        _ring = ring;
        _id = id;
        _format = format;
        _memory = RingMemory.Map(ring);
        try
        {
            _watch = new RingWatch(ring, OnNews);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    private enum Phase
    {
        Reading,
        // Disposed, while the remaining records are still returned.
        Emptying,
        Over,
    }

    /// <summary>The seat belongs to the loop or thread that reads. The memory is unmapped only when the seat is free.</summary>
    private enum Seat
    {
        Free,
        Taken,
        Closed,
    }

    /// <summary>Reads the next record if there is one. Allocates nothing, except the array of a reader of records of any size.</summary>
    /// <returns>True if there was a record; otherwise, false.</returns>
    /// <exception cref="InvalidDataException">The record has another size. It stays in the ring.</exception>
    /// <exception cref="InvalidOperationException">A loop, or another thread, is reading.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public bool TryRead([MaybeNullWhen(false)] out TRecord record)
    {
        TakeSeat();
        try
        {
            return Next(out record) == RingStep.Record;
        }
        finally
        {
            LeaveSeat();
        }
    }

    /// <summary>Reads the records as they arrive, for <c>await foreach</c>. The loop ends when the reader is disposed.</summary>
    /// <param name="cancellationToken">
    /// Ends the loop with <see cref="OperationCanceledException"/> before its next record. The remaining records stay in the ring.
    /// </param>
    /// <exception cref="InvalidDataException">While iterating: a record has another size. It stays in the ring.</exception>
    /// <exception cref="InvalidOperationException">Another loop, or another thread, is reading.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public IAsyncEnumerator<TRecord> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        TakeSeat();
        try
        {
            lock (_gate)
            {
                if (_phase == Phase.Reading)
                {
                    _watch.Start();
                }
            }

            RingEnumerator<TRecord> loop = new(this, cancellationToken);
            _loop = loop;
            loop.Register();
            return loop;
        }
        catch
        {
            _loop = null;
            LeaveSeat();
            throw;
        }
    }

    /// <summary>Ends reading as <see cref="DisposeAsync(TimeSpan)"/> does, and waits at most one second for the loop.</summary>
    public ValueTask DisposeAsync() => DisposeAsync(DefaultPatience);

    /// <summary>
    /// Ends reading, without losing records if possible. A running loop first gets the records that programs have reserved by now, and this method waits for
    /// it. If the loop does not end in time (its body is blocked, or a program does not commit a reserved record), it ends before its next record, and this
    /// method returns without waiting for it. Do not call this method from the body of the loop, where the wait cannot succeed: leave the loop first.
    /// </summary>
    /// <param name="patience">The maximum time to wait for the loop; zero does not wait.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="patience"/> is negative, or longer than 24 days.</exception>
    public async ValueTask DisposeAsync(TimeSpan patience)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(patience, TimeSpan.FromMilliseconds(int.MaxValue));
        lock (_gate)
        {
            if (_phase == Phase.Reading)
            {
                _end = _memory.Written;
                _phase = Phase.Emptying;
            }
        }

        CloseIfFree();
        _loop?.Wake();
        await _closed.Task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Dispose();
    }

    /// <summary>Ends reading at once: a running loop ends before its next record. The remaining records stay in the ring.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_phase == Phase.Over)
            {
                return;
            }

            _phase = Phase.Over;
            _watch.Dispose();
        }

        CloseIfFree();
        _loop?.Wake();
    }

    internal static BpfRingBufferReader<TRecord> Open(BpfRingBuffer ring, RecordFormat<TRecord> format)
    {
        uint id = ring.GetInfo().Id;
        if (!OpenRings.TryAdd(id))
        {
            throw new InvalidOperationException($"{ring.Describe()} has a reader already: dispose that reader first; a ring buffer has one reader at a time.");
        }

        try
        {
            return new BpfRingBufferReader<TRecord>(ring, id, format);
        }
        catch
        {
            OpenRings.Remove(id);
            throw;
        }
    }

    /// <summary>Copies the next record. Only for the holder of the seat.</summary>
    internal RingStep Next([MaybeNull] out TRecord record)
    {
        if (_phase == Phase.Reading || !IsAtEnd)
        {
            if (_memory.TryPeek(out ReadOnlySpan<byte> bytes))
            {
                _format.Read(bytes, out record);
                _memory.Advance(bytes.Length);
                return RingStep.Record;
            }

            record = default;
            return _failure is { } failure ? throw failure : RingStep.Nothing;
        }

        record = default;
        return RingStep.End;
    }

    /// <summary>Gets whether <see cref="Next"/> would return a record, the end or an error. Only for the holder of the seat.</summary>
    internal bool HasNews => (_phase != Phase.Reading && IsAtEnd) || _memory.HasNews || _failure is not null;

    /// <summary>
    /// Frees the space of the records that <see cref="Next"/> returned. Must be called before waiting for more. Only for the holder of the seat.
    /// </summary>
    internal void Publish() => _memory.Publish();

    /// <summary>
    /// Keeps the ring's memory mapped during the last check before waiting, because another thread may end the loop and dispose the reader at that time.
    /// </summary>
    internal void Hold() => _memory.Hold();

    internal void Release() => _memory.Release();

    internal void EndLoop()
    {
        _loop = null;
        LeaveSeat();
    }

    // Positions wrap: the sign of the difference shows which is ahead.
    private bool IsAtEnd => _phase == Phase.Over || (long)(_end - _memory.Position) <= 0;

    private void OnNews(Exception? failure)
    {
        if (failure is not null)
        {
            _failure = failure;
        }

        _loop?.Wake();
    }

    private void TakeSeat()
    {
        Seat before = Interlocked.CompareExchange(ref _seat, Seat.Taken, Seat.Free);
        ObjectDisposedException.ThrowIf(before == Seat.Closed, this);
        if (before == Seat.Taken)
        {
            throw new InvalidOperationException($"{_ring.Describe()} is being read already: one loop or thread reads at a time.");
        }
    }

    private void LeaveSeat()
    {
        _memory.Publish();
        Interlocked.Exchange(ref _seat, Seat.Free);
        if (_phase != Phase.Reading)
        {
            CloseIfFree();
        }
    }

    private void CloseIfFree()
    {
        if (Interlocked.CompareExchange(ref _seat, Seat.Closed, Seat.Free) == Seat.Free)
        {
            _memory.Dispose();
            OpenRings.Remove(_id);
            _closed.SetResult();
        }
    }
}
