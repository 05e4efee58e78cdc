namespace Hops.Dialing;

/// <summary>The time that a connect may take, beside the caller's own cancellation.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _caller;

    public TimeLimit(TimeSpan limit, CancellationToken caller)
    {
        _caller = caller;
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _source.CancelAfter(limit);
    }

    /// <summary>Is cancelled when the time is over, or by the caller.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Of a cancellation of <see cref="Token"/>: whether it was that of the time, and not of the caller.</summary>
    public bool EndedByTime => !_caller.IsCancellationRequested;

    /// <exception cref="OperationCanceledException">The caller has cancelled, and wants no connection any more.</exception>
    public DialedSocket Keep(DialedSocket socket)
    {
        if (_caller.IsCancellationRequested)
        {
            socket.Discard();
            _caller.ThrowIfCancellationRequested();
        }

        return socket;
    }

    public void Dispose() => _source.Dispose();
}
