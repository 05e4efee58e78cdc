using System.Threading.Tasks.Sources;

namespace Ebpf.Maps;

/// <summary>One loop over the records. It is its own promise of the next one and its own work item, so that neither reading nor waiting allocates.</summary>
/// <remarks>
/// No wake-up is lost: the loop says that it waits and then looks once more; a program commits, looks how far the loop has read, and wakes it if it had come to
/// that record. Each does so with a full barrier between the two steps, so at least one of them sees the other.
/// </remarks>
internal sealed class RingEnumerator<TRecord> : IAsyncEnumerator<TRecord>, IValueTaskSource<bool>, IThreadPoolWorkItem
{
    // Some microseconds, for one wait: a program that writes a record every few hundred nanoseconds is then read without ever being stopped to wake us.
    private const int Looks = 20;
    private const int SpinsBetweenLooks = 10;

    private readonly BpfRingBufferReader<TRecord> _reader;
    private readonly CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private ManualResetValueTaskSourceCore<bool> _promise;
    private TRecord? _current;
    private bool _isWaiting;
    private bool _hasEnded;
    private volatile bool _isPending;

    public RingEnumerator(BpfRingBufferReader<TRecord> reader, CancellationToken cancellation)
    {
        _reader = reader;
        _cancellation = cancellation;
    }

    public TRecord Current => _current!;

    public void Register() => _registration = _cancellation.UnsafeRegister(static loop => ((RingEnumerator<TRecord>)loop!).Wake(), this);

    public ValueTask<bool> MoveNextAsync()
    {
        if (_hasEnded)
        {
            return new ValueTask<bool>(false);
        }

        _cancellation.ThrowIfCancellationRequested();
        RingStep step = _reader.Next(out _current);
        return step == RingStep.Record ? new ValueTask<bool>(true) : AfterAsync(step);
    }

    /// <summary>Has the loop look again if it waits. From any thread.</summary>
    public void Wake()
    {
        if (StopWaiting())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_isPending)
        {
            // The ring's memory must not go while another thread may look into it.
            throw new InvalidOperationException(
                "Await MoveNextAsync before disposing the enumerator; to end the wait, cancel the token or dispose the reader.");
        }

        End();
        return default;
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _promise.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _promise.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _promise.OnCompleted(continuation, state, token, flags);

    /// <summary>On the thread pool, woken: keeps the promise, or goes on waiting.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        RingStep step;
        try
        {
            do
            {
                _cancellation.ThrowIfCancellationRequested();
                step = _reader.Next(out _current);
            }
            while (step == RingStep.Nothing && !Waits());
        }
#pragma warning disable CA1031 // It is the loop's to handle.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _isPending = false;
            _promise.SetException(e);
            return;
        }

        if (step == RingStep.Nothing)
        {
            return;
        }

        if (step == RingStep.End)
        {
            End();
        }

        _isPending = false;
        _promise.SetResult(step == RingStep.Record);
    }

    private ValueTask<bool> AfterAsync(RingStep step)
    {
        while (step == RingStep.Nothing)
        {
            _promise.Reset();
            short version = _promise.Version;
            _isPending = true;
            if (Waits())
            {
                return new ValueTask<bool>(this, version);
            }

            _isPending = false;
            _cancellation.ThrowIfCancellationRequested();
            step = _reader.Next(out _current);
        }

        if (step == RingStep.End)
        {
            End();
        }

        return new ValueTask<bool>(step == RingStep.Record);
    }

    /// <returns>False if there is something to see after all, and nobody was quicker to wake the loop for it.</returns>
    private bool Waits()
    {
        for (int i = 0; i < Looks; i++)
        {
            if (_reader.HasNews)
            {
                return false;
            }

            Thread.SpinWait(SpinsBetweenLooks);
        }

        _reader.Publish();
        // From the exchange on another thread may go on with the loop, end it, and give the memory back.
        _reader.Hold();
        try
        {
            Interlocked.Exchange(ref _isWaiting, true);
            return !((_cancellation.IsCancellationRequested || _reader.HasNews) && StopWaiting());
        }
        finally
        {
            _reader.Release();
        }
    }

    private bool StopWaiting() => Interlocked.CompareExchange(ref _isWaiting, false, true);

    private void End()
    {
        if (!_hasEnded)
        {
            _hasEnded = true;
            _registration.Dispose();
            _reader.EndLoop();
        }
    }
}
