namespace Hops.Cli.Measuring;

/// <summary>Reports each result as soon as it is known, in any order.</summary>
/// <param name="report">Called for each result, by one thread at a time.</param>
internal sealed class ResultsAsTheyCome(Action<Measurement> report) : IResults
{
    private readonly Lock _lock = new();
    private bool _isClosed;

    public long NextPlace(CancellationToken cancellationToken) => 0;

    public void Add(long place, Measurement measurement)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                report(measurement);
            }
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }

    public void Dispose()
    {
    }
}
