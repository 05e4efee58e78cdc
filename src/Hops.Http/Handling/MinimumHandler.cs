namespace Hops.Http.Handling;

/// <summary>
/// Sends each request with the handler of its minimum distance. The pool of a handler reuses a connection for all requests to a host, with whatever minimum it
/// was checked; so each minimum has its own handler, which is created for the first request with that minimum.
/// </summary>
/// <param name="usual">That of the client's options.</param>
/// <param name="usualMinimum">Its minimum.</param>
/// <param name="create">Makes the one of another minimum, and what is to be disposed of with it.</param>
internal sealed class MinimumHandler(HopGuardHandler usual, int usualMinimum, Func<int, (HopGuardHandler Handler, IDisposable? Owned)> create)
    : DelegatingHandler(usual)
{
    /// <summary>The option of a request that holds its minimum.</summary>
    public static readonly HttpRequestOptionsKey<int> Own = new("Hops.Http.MinimumHops");

    private readonly HttpMessageInvoker?[] _others = new HttpMessageInvoker?[HopDistance.MaximumPlausibleHops + 1];
    private readonly List<IDisposable> _owned = [];
    private readonly Lock _lock = new();
    private bool _disposed;

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        OtherOf(request) is { } other ? other.Send(request, cancellationToken) : base.Send(request, cancellationToken);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        OtherOf(request) is { } other ? other.SendAsync(request, cancellationToken) : base.SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_lock)
            {
                _disposed = true;
                Array.ForEach(_others, static other => other?.Dispose());
                _owned.ForEach(static owned => owned.Dispose());
            }
        }

        base.Dispose(disposing);
    }

    /// <returns>Null for the usual one.</returns>
    private HttpMessageInvoker? OtherOf(HttpRequestMessage request)
    {
        if (InnerHandler != usual)
        {
            throw usual.TakenAway();
        }

        if (!request.Options.TryGetValue(Own, out int minimum) || minimum == usualMinimum)
        {
            return null;
        }

        if (minimum is < 1 or > HopDistance.MaximumPlausibleHops)
        {
            throw new ArgumentOutOfRangeException(
                nameof(request), minimum, $"The request's own minimum of hops must be from 1 to {HopDistance.MaximumPlausibleHops}.");
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_others[minimum] is null)
            {
                (HopGuardHandler handler, IDisposable? owned) = create(minimum);
                _others[minimum] = new HttpMessageInvoker(handler);
                if (owned is not null)
                {
                    _owned.Add(owned);
                }
            }

            return _others[minimum];
        }
    }
}
