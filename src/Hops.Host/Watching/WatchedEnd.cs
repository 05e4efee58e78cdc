namespace Hops.Host.Watching;

/// <summary>What a connection was like, told when it is over (<see cref="ConnectionEvent.Closed"/>).</summary>
public sealed record WatchedEnd
{
    /// <summary>From when it was established until the kernel was done with it; what it then keeps to answer late packets (TIME_WAIT) is not in it.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How many bytes the other end has acknowledged.</summary>
    public required long BytesSent { get; init; }

    /// <summary>How many bytes came from the other end.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>The shortest round trip that the kernel measured; null where it measured none.</summary>
    public TimeSpan? SmallestRoundTrip { get; init; }

    /// <summary>How many packets were sent again.</summary>
    public required long Retransmissions { get; init; }
}
