namespace Hops.Cli.Measuring;

/// <summary>Takes results from several threads and reports them, one at a time.</summary>
internal interface IResults : IDisposable
{
    /// <summary>A place behind all others, once there is room for its result. For one caller at a time.</summary>
    /// <exception cref="OperationCanceledException">There was no room until then.</exception>
    long NextPlace(CancellationToken cancellationToken);

    /// <summary>Takes the result of a place.</summary>
    /// <exception cref="IOException">It could not be reported, or one before it.</exception>
    void Add(long place, Measurement measurement);

    /// <summary>Ends reporting: what comes afterwards is dropped.</summary>
    void Close();
}
