namespace Hops.Testing.Serving;

/// <summary>Answers connections to an address.</summary>
internal interface IResponder
{
    /// <returns>The client's end of a new connection.</returns>
    ValueTask<Stream> OpenAsync(IConnectionObserver connection, CancellationToken cancellationToken);
}
