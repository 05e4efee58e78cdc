namespace Hops.Host.Watching;

/// <summary>Specifies which event of a connection a <see cref="HostWatch"/> reports.</summary>
public enum ConnectionEvent
{
    /// <summary>The connection was established.</summary>
    Opened,

    /// <summary>A packet of a connection from before the watch arrived (<see cref="HostWatchOptions.WithExisting"/>).</summary>
    Existing,

    /// <summary>The connection was closed (<see cref="HostWatchOptions.WithClosed"/>).</summary>
    Closed,

    /// <summary>A packet arrived with another TTL than the packets before (<see cref="HostWatchOptions.WithDrift"/>).</summary>
    Drifted,
}
