namespace Hops.Host.Programs;

/// <summary>What a record tells of a connection.</summary>
internal enum WatchRecordEvent : byte
{
    Opened,
    Existing,
    Closed,
    Drifted,
}
