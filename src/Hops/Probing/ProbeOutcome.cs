namespace Hops.Probing;

/// <summary>How a measurement by probing connections ended.</summary>
public enum ProbeOutcome
{
    /// <summary>The probes agree on a distance.</summary>
    Measured,

    /// <summary>The host refused the connection.</summary>
    Refused,

    /// <summary>There is no way to the host.</summary>
    Unreachable,

    /// <summary>At least one probe had no answer in time: the host is silent, its queue is full, or a packet was lost.</summary>
    Silent,

    /// <summary>The probes contradict each other: several hosts answer for the address, or the route changed meanwhile.</summary>
    Contradictory,
}
