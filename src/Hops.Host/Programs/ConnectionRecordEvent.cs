namespace Hops.Host.Programs;

/// <summary>What a record tells of a connection.</summary>
internal enum ConnectionRecordEvent : byte
{
    Opened,
    Existing,
    Closed,
    Drifted,
}
