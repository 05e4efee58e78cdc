namespace Hops.Cli.Watching.Top;

/// <summary>Specifies the order of the rows.</summary>
internal enum TopSort
{
    /// <summary>Most connections first.</summary>
    Connections,

    /// <summary>Nearest first; those without a plausible distance last.</summary>
    Distance,

    /// <summary>Most bytes, in both directions, first.</summary>
    Bytes,

    /// <summary>Last seen first.</summary>
    LastSeen,
}
