namespace Hops.Cli.Watching.Top;

/// <summary>What a row of the table stands for.</summary>
internal enum TopGrouping
{
    /// <summary>The connections with remote ends in a network.</summary>
    Networks,

    /// <summary>The connections of a process.</summary>
    Processes,
}
