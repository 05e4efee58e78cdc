namespace Hops.Probing;

/// <summary>Specifies how a measurement with probing connections ended.</summary>
public enum ProbeOutcome
{
    /// <summary>The probes agree on a distance.</summary>
    Measured,

    /// <summary>The host refused the connection.</summary>
    Refused,

    /// <summary>There is no route to the host.</summary>
    Unreachable,

    /// <summary>At least one probe got no answer in time: the host does not answer, its queue is full, or a packet was lost.</summary>
    Silent,

    /// <summary>The probes contradict each other: several hosts answer for the address, or the route changed in the meantime.</summary>
    Contradictory,
}
