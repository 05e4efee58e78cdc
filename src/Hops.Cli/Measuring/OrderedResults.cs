namespace Hops.Cli.Measuring;

/// <summary>
/// Reports results in the order of their places, as soon as that can be. One that is late does not hold up the measuring of others: up to <see cref="Ahead"/> later ones wait for it.
/// </summary>
/// <param name="report">Called for each result, in order, by one thread at a time.</param>
internal sealed class OrderedResults(Action<Measurement> report) : IDisposable
{
    private const int Ahead = 4096;

    private readonly SemaphoreSlim _free = new(Ahead);
    private readonly Lock _lock = new();
    private readonly (bool IsThere, Measurement? Measurement)[] _waiting = new (bool, Measurement?)[Ahead];
    private long _places;
    private long _reported;
    private bool _isReporting;

    /// <summary>A place behind all others, once there is room for its result. Not for several callers at once.</summary>
    public async ValueTask<long> NextPlaceAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _places++;
    }

    /// <summary>Takes a result, and reports what is complete up to it, unless somebody else is at that, who then goes on with this one.</summary>
    /// <param name="place">Whose result it is.</param>
    /// <param name="measurement">Null where there is none.</param>
    public void Add(long place, Measurement? measurement)
    {
        lock (_lock)
        {
            _waiting[place % Ahead] = (true, measurement);
            if (_isReporting)
            {
                return;
            }

            _isReporting = true;
        }

        while (TryTakeNext(out Measurement? next))
        {
            if (next is not null)
            {
                report(next);
            }

            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();

    private bool TryTakeNext(out Measurement? next)
    {
        lock (_lock)
        {
            ref (bool IsThere, Measurement? Measurement) place = ref _waiting[_reported % Ahead];
            next = place.Measurement;
            _isReporting = place.IsThere;
            _reported += place.IsThere ? 1 : 0;
            place = default;
            return _isReporting;
        }
    }
}
