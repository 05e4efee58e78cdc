namespace Hops.Host.Programs;

/// <summary>More about a record.</summary>
[Flags]
internal enum WatchRecordFlags : ushort
{
    None = 0,

    /// <summary>Of a closed connection: this side had opened it.</summary>
    WasOutgoing = 1,
}
