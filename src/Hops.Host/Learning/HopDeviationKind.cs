namespace Hops.Host.Learning;

/// <summary>Specifies how a connection deviates from the learnt distances.</summary>
public enum HopDeviationKind
{
    /// <summary>No connection of this direction with this network and port was learnt.</summary>
    New,

    /// <summary>The remote end is nearer than all learnt distances: another machine may answer in its place, or the service has moved.</summary>
    Nearer,

    /// <summary>The remote end is farther than all learnt distances: the route may have changed.</summary>
    Farther,
}
