namespace Hops.Host.Watching;

/// <summary>Who opened a connection.</summary>
public enum ConnectionDirection
{
    /// <summary>A process of this host.</summary>
    Outgoing = 1,

    /// <summary>The other end; a process of this host accepts it.</summary>
    Incoming = 2,
}
