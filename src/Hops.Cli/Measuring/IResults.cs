namespace Hops.Cli.Measuring;

/// <summary>Reports the results of several threads, one at a time.</summary>
internal interface IResults : IDisposable
{
    /// <summary>Returns the next place, and waits until there is room for its result. For one caller at a time.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    long NextPlace(CancellationToken cancellationToken);

    /// <summary>Adds the result of a place.</summary>
    /// <exception cref="IOException">This result, or one before it, could not be reported.</exception>
    void Add(long place, Measurement measurement);

    /// <summary>Ends reporting: later results are dropped.</summary>
    void Close();
}
