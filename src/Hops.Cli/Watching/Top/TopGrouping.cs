namespace Hops.Cli.Watching.Top;

/// <summary>Specifies the meaning of a row of the table.</summary>
internal enum TopGrouping
{
    /// <summary>The connections with remote ends in a network.</summary>
    Networks,

    /// <summary>The connections of a process.</summary>
    Processes,
}
