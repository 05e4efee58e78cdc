using System.Diagnostics.CodeAnalysis;

namespace Hops.Cli.Measuring;

/// <summary>
/// Reports results in the order of their places, each as soon as possible. A late result does not delay the measuring of others: up to
/// <see cref="Ahead"/> later results wait for it.
/// </summary>
/// <param name="report">Called for each result, in order, by one thread at a time.</param>
internal sealed class OrderedResults(Action<Measurement> report) : IResults
{
    private const int Ahead = 4096;

    private readonly SemaphoreSlim _free = new(Ahead);
    private readonly object _lock = new();
    private readonly Measurement?[] _waiting = new Measurement?[Ahead];
    private long _places;
    private long _reported;
    private bool _isReporting;
    private bool _isClosed;

    public long NextPlace(CancellationToken cancellationToken)
    {
        _free.Wait(cancellationToken);
        return _places++;
    }

    /// <summary>Adds a result and reports all that are next in order, unless another caller is reporting and does that.</summary>
    public void Add(long place, Measurement measurement)
    {
        lock (_lock)
        {
            _waiting[place % Ahead] = measurement;
            if (_isReporting)
            {
                return;
            }

            _isReporting = true;
        }

        try
        {
            while (TryTakeNext(out Measurement? next))
            {
                report(next);
                _free.Release();
            }
        }
        catch
        {
            lock (_lock)
            {
                _isClosed = true;
            }

            throw;
        }
    }

    /// <summary>Reports the results that still wait, even if earlier ones are missing.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_isReporting)
            {
                Monitor.Wait(_lock);
            }

            for (; _reported < _places; _reported++)
            {
                if (_waiting[_reported % Ahead] is { } late)
                {
                    report(late);
                }
            }
        }
    }

    public void Dispose() => _free.Dispose();

    private bool TryTakeNext([NotNullWhen(true)] out Measurement? next)
    {
        lock (_lock)
        {
            next = _isClosed ? null : _waiting[_reported % Ahead];
            if (next is not null)
            {
                _waiting[_reported++ % Ahead] = null;
                return true;
            }

            _isReporting = false;
            Monitor.PulseAll(_lock);
            return false;
        }
    }
}
