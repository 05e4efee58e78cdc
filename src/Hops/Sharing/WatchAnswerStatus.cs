namespace Hops.Sharing;

/// <summary>What a watch knows of a socket.</summary>
internal enum WatchAnswerStatus : byte
{
    /// <summary>The TTL of its connection.</summary>
    Known = 1,

    /// <summary>Its connection, of which the TTL could not be read.</summary>
    Unknown = 2,

    /// <summary>Nothing: its connection is from before the watch, over, or not one that is watched, or it has none.</summary>
    NotWatched = 3,
}
