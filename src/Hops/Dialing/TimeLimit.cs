namespace Hops.Dialing;

/// <summary>
/// Limits the time of a connect, in addition to the caller's cancellation. A token source that neither has cancelled is reused, because it and its timer would
/// be most of what a connect allocates.
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

    /// <summary>Gets whether <see cref="Token"/> was cancelled by the time limit, and not by the caller.</summary>
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
        // Waits for a cancellation in progress, so that nothing else uses the source afterwards.
        _ofCaller.Dispose();
        if (!source.TryReset() || Interlocked.CompareExchange(ref _spare, source, null) is not null)
        {
            source.Dispose();
        }
    }
}
