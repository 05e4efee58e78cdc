namespace Hops.Host.Watching;

/// <summary>What a <see cref="HostWatch"/> tells of a connection.</summary>
public enum ConnectionEvent
{
    /// <summary>It is established.</summary>
    Opened,

    /// <summary>It was there before the watch, and a packet of it came (<see cref="HostWatchOptions.WithExisting"/>).</summary>
    Existing,

    /// <summary>It is over (<see cref="HostWatchOptions.WithClosed"/>).</summary>
    Closed,

    /// <summary>A packet of it came with another TTL than those before (<see cref="HostWatchOptions.WithDrift"/>).</summary>
    Drifted,
}
