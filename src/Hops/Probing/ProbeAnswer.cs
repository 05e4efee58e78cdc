namespace Hops.Probing;

/// <summary>Specifies the result of one probing connection.</summary>
internal enum ProbeAnswer
{
    /// <summary>No answer arrived in time.</summary>
    None,

    /// <summary>The connection was established: the answer's TTL is not below the threshold.</summary>
    Completed,

    /// <summary>The kernel dropped the answer: its TTL is below the threshold.</summary>
    Dropped,

    /// <summary>The host refused.</summary>
    Refused,

    /// <summary>There is no route to the host.</summary>
    Unreachable,
}
