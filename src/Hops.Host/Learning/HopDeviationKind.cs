namespace Hops.Host.Learning;

/// <summary>How a connection differs from what was learnt.</summary>
public enum HopDeviationKind
{
    /// <summary>No connection of this direction with this network and port was learnt.</summary>
    New,

    /// <summary>The other end is nearer than it ever was: something may answer in between, or a service has moved.</summary>
    Nearer,

    /// <summary>The other end is farther than it ever was: the route may lead elsewhere.</summary>
    Farther,
}
