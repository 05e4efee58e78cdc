namespace Hops.Probing;

/// <summary>What became of one probing connection.</summary>
internal enum ProbeAnswer
{
    /// <summary>Nothing came in time.</summary>
    None,

    /// <summary>It came about: the answer's TTL is at least what was asked for.</summary>
    Completed,

    /// <summary>The kernel dropped the answer: its TTL is below that.</summary>
    Dropped,

    /// <summary>The host refused.</summary>
    Refused,

    /// <summary>There is no way to the host.</summary>
    Unreachable,
}
