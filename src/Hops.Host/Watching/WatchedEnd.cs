namespace Hops.Host.Watching;

/// <summary>Represents the totals of a closed connection (<see cref="ConnectionEvent.Closed"/>).</summary>
public sealed record WatchedEnd
{
    /// <summary>Gets the time from when the connection was established until it was closed, without TIME_WAIT.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Gets the number of bytes that the remote end has acknowledged.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Gets the number of bytes that were received.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Gets the shortest round trip that the kernel measured; null if it measured none.</summary>
    public TimeSpan? SmallestRoundTrip { get; init; }

    /// <summary>Gets the number of retransmitted packets.</summary>
    public required long Retransmissions { get; init; }
}
