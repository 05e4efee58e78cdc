namespace Hops.Sharing;

/// <summary>Specifies what a watch knows about a socket.</summary>
internal enum WatchAnswerStatus : byte
{
    /// <summary>It knows the TTL of the connection.</summary>
    Known = 1,

    /// <summary>It knows the connection, but could not read the TTL.</summary>
    Unknown = 2,

    /// <summary>It does not know the connection, which is older than the watch, has ended, is not watched, or does not exist.</summary>
    NotWatched = 3,
}
