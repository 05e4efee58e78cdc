namespace Hops.Host.Programs;

/// <summary>Specifies which event of a connection a record reports.</summary>
internal enum ConnectionRecordEvent : byte
{
    Opened,
    Existing,
    Closed,
    Drifted,
}
