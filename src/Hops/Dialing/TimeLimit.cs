namespace Hops.Dialing;

/// <summary>
/// The time that a connect may take, beside the caller's own cancellation. What is cancelled by neither is used again: a source with its timer is most of what
/// a connect would allocate.
/// </summary>
internal struct TimeLimit : IDisposable
{
    private static CancellationTokenSource? _spare;

    private readonly CancellationToken _caller;
    private readonly CancellationTokenRegistration _ofCaller;
    private CancellationTokenSource? _source;

    public TimeLimit(TimeSpan limit, CancellationToken caller)
    {
        _caller = caller;
        _source = Interlocked.Exchange(ref _spare, null) ?? new CancellationTokenSource();
        _source.CancelAfter(limit);
        _ofCaller = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    /// <summary>Is cancelled when the time is over, or by the caller.</summary>
    public readonly CancellationToken Token => _source!.Token;

    /// <summary>Of a cancellation of <see cref="Token"/>: whether it was that of the time, and not of the caller.</summary>
    public readonly bool EndedByTime => !_caller.IsCancellationRequested;

    /// <exception cref="OperationCanceledException">The caller has cancelled, and wants no connection any more.</exception>
    public readonly DialedSocket Keep(DialedSocket socket)
    {
        if (_caller.IsCancellationRequested)
        {
            socket.Discard();
            _caller.ThrowIfCancellationRequested();
        }

        return socket;
    }

    /// <summary>Once nothing uses the token any more.</summary>
    public void Dispose()
    {
        if (_source is not { } source)
        {
            return;
        }

        _source = null;
        // Waits for a cancellation that is under way: afterwards the source is nobody else's.
        _ofCaller.Dispose();
        if (!source.TryReset() || Interlocked.CompareExchange(ref _spare, source, null) is not null)
        {
            source.Dispose();
        }
    }
}
