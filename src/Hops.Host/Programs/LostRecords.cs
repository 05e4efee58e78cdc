namespace Hops.Host.Programs;

/// <summary>Represents the numbers of records that did not fit into the ring buffer, as in the only value of the map.</summary>
internal enum LostRecords
{
    Connections = 0,

    /// <summary>Lost records of processes that bound a port. After a loss the owners of listeners are unknown.</summary>
    Bound = 1,
}
