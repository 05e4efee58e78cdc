using System.Threading.Tasks.Sources;

namespace Ebpf.Maps;

/// <summary>One loop over the records. It implements its own value-task source and work item, so neither reading nor waiting allocates.</summary>
/// <remarks>
/// No wake-up is lost: the loop announces that it waits and then checks once more; a program commits, reads the position of the loop, and wakes it if the loop
/// has reached that record. Both have a full barrier between their two steps, so at least one of them sees the other's first step.
/// </remarks>
internal sealed class RingEnumerator<TRecord> : IAsyncEnumerator<TRecord>, IValueTaskSource<bool>, IThreadPoolWorkItem
{
    // Some microseconds of polling for each wait: records that arrive every few hundred nanoseconds are then read without the program ever having to wake the
    // reader.
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

    /// <summary>Makes the loop check again if it waits. Thread-safe.</summary>
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
            // The ring's memory must stay mapped while another thread may read it.
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

    /// <summary>Runs on the thread pool after a wake-up: completes the value task, or continues waiting.</summary>
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
#pragma warning disable CA1031 // The loop handles the exception.
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

    /// <returns>False if there is a record after all, and no other thread has woken the loop for it.</returns>
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
        // After the exchange another thread may continue the loop, end it, and unmap the memory.
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
