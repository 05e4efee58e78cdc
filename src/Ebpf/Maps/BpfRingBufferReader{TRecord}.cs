using System.Diagnostics.CodeAnalysis;

namespace Ebpf.Maps;

/// <summary>Takes the records out of a <see cref="BpfRingBuffer"/>, in order, each once: <c>await foreach (Packet packet in reader)</c>.</summary>
/// <remarks>
/// <para>
/// Records are copied straight out of the kernel's memory on the thread that runs the loop; a thread of the reader's own sleeps in the kernel until there are
/// more, and no thread of the thread pool is blocked. Nothing is allocated for a record, but for the arrays of a reader of records of any size.
/// </para>
/// <para>
/// A loop may be left and a new one begun: it goes on with the next record. Two at a time are refused. To end a loop from outside, cancel its token, which
/// leaves the rest in the ring, or dispose the reader, which hands the rest out first.
/// </para>
/// <para>
/// The reader must be disposed: its thread keeps it alive, and its ring buffer in memory, until then.
/// </para>
/// <para>
/// A program that commits with <c>BPF_RB_NO_WAKEUP</c> wakes nobody: such a record waits until another one wakes the reader.
/// </para>
/// </remarks>
/// <typeparam name="TRecord">A record.</typeparam>
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
        // Disposed, and what was in the ring is still handed out.
        Emptying,
        Over,
    }

    /// <summary>Who reads holds the seat. The memory is given back only when it is free.</summary>
    private enum Seat
    {
        Free,
        Taken,
        Closed,
    }

    /// <summary>Takes the next record if there is one. Allocates nothing, but for the array of a reader of records of any size.</summary>
    /// <returns>False if there is none now.</returns>
    /// <exception cref="InvalidDataException">The record has another size; it stays.</exception>
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

    /// <summary>Reads the records as they come, for <c>await foreach</c>: the loop ends when the reader is disposed.</summary>
    /// <param name="cancellationToken">
    /// Ends the loop with <see cref="OperationCanceledException"/> before its next record. What is in the ring stays there.
    /// </param>
    /// <exception cref="InvalidDataException">While iterating: a record has another size; it stays.</exception>
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

    /// <summary><see cref="DisposeAsync(TimeSpan)"/> with a second's patience.</summary>
    public ValueTask DisposeAsync() => DisposeAsync(DefaultPatience);

    /// <summary>
    /// Ends reading, without loss where it can: a loop that is running gets what programs had reserved in the ring by now, then ends, and this waits for it. A
    /// loop that does not end in time (it is stuck in its body, or a program does not commit what it reserved) is told to end before its next record, and no
    /// longer waited for. Called from the loop's own body it can only wait in vain: leave the loop first.
    /// </summary>
    /// <param name="patience">How long to wait for the loop; zero does not wait.</param>
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

    /// <summary>Ends reading at once: a loop that is running ends before its next record. What is in the ring stays there.</summary>
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
            throw new InvalidOperationException($"{ring.Describe()} has a reader already: dispose that one first, a ring buffer has one at a time.");
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

    /// <summary>Copies the next record. Only for who has the seat.</summary>
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

    /// <summary>Whether <see cref="Next"/> would have something to say. Only for who has the seat.</summary>
    internal bool HasNews => (_phase != Phase.Reading && IsAtEnd) || _memory.HasNews || _failure is not null;

    /// <summary>What <see cref="Next"/> handed out is done with: must be said before waiting for more. Only for who has the seat.</summary>
    internal void Publish() => _memory.Publish();

    /// <summary>Keeps the ring's memory while the one who waits takes a last look: by then another thread may end the loop and close.</summary>
    internal void Hold() => _memory.Hold();

    internal void Release() => _memory.Release();

    internal void EndLoop()
    {
        _loop = null;
        LeaveSeat();
    }

    // Positions wrap: the sign of the difference tells which is ahead.
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
