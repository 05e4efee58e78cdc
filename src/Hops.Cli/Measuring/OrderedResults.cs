namespace Hops.Cli.Measuring;

/// <summary>
/// Puts results into the order of their places. One that is late does not hold up the measuring of others: up to <see cref="Ahead"/> later ones wait for it.
/// </summary>
internal sealed class OrderedResults : IDisposable
{
    private const int Ahead = 4096;

    /// <summary>To be woken for each of many results would take as long as to measure it.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _free = new(Ahead);
    private readonly object _lock = new();
    private readonly (bool IsThere, Measurement? Measurement)[] _waiting = new (bool, Measurement?)[Ahead];
    private long _places;
    private long _reported;
    private bool _isComplete;

    /// <summary>A place behind all others, once there is room for its result. For one caller at a time.</summary>
    public async ValueTask<long> NextPlaceAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _places++;
    }

    /// <summary>Takes a result. Does not wait.</summary>
    /// <param name="place">Whose result it is.</param>
    /// <param name="measurement">Null where there is none.</param>
    public void Add(long place, Measurement? measurement)
    {
        lock (_lock)
        {
            _waiting[place % Ahead] = (true, measurement);
            if (place == _reported)
            {
                Monitor.Pulse(_lock);
            }
        }
    }

    /// <summary>No result will be added any more.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Reports results, each as soon as all before it are there, until they are complete.</summary>
    public void ReportAll(Action<Measurement> report)
    {
        List<Measurement> next = [];
        while (TakeNext(next))
        {
            next.ForEach(report);
            next.Clear();
            Thread.Sleep(Rest);
        }
    }

    public void Dispose() => _free.Dispose();

    /// <summary>Waits for at least one result, or the end.</summary>
    private bool TakeNext(List<Measurement> next)
    {
        lock (_lock)
        {
            while (!_isComplete && !_waiting[_reported % Ahead].IsThere)
            {
                Monitor.Wait(_lock);
            }

            long first = _reported;
            for (; _waiting[_reported % Ahead].IsThere; _reported++)
            {
                if (_waiting[_reported % Ahead].Measurement is { } measurement)
                {
                    next.Add(measurement);
                }

                _waiting[_reported % Ahead] = default;
            }

            if (_reported > first)
            {
                _free.Release((int)(_reported - first));
            }

            return _reported > first;
        }
    }
}
