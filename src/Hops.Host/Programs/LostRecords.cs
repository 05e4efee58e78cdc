namespace Hops.Host.Programs;

/// <summary>What did not fit into the ring buffer: the two counters in the one value of the map.</summary>
internal enum LostRecords
{
    Connections = 0,

    /// <summary>Of processes that bound a port: from then on it is not known who listens.</summary>
    Bound = 1,
}
