using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>Represents the options of <c>hops watch</c>.</summary>
internal sealed record WatchOptions
{
    /// <summary>Gets the options that the kernel applies.</summary>
    public required HostWatchOptions Kernel { get; init; }

    /// <summary>Gets the process whose connections to show; null for all.</summary>
    public int? Process { get; init; }

    /// <summary>Gets the command of the processes whose connections to show; null for all.</summary>
    public string? Command { get; init; }

    /// <summary>Gets after how many connections to end; null for no limit.</summary>
    public int? Count { get; init; }

    /// <summary>Gets after which time to end; zero for no limit.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets whether to print only totals, at the end.</summary>
    public bool Summary { get; init; }

    public bool Json { get; init; }

    /// <summary>Gets the file in which to save learnt distances, or null.</summary>
    public string? Learn { get; init; }

    /// <summary>Gets the file of learnt distances from which to show deviations only, or null.</summary>
    public string? Against { get; init; }

    /// <summary>Gets whether to show a table on the terminal instead of lines.</summary>
    public bool Top { get; init; }

    /// <summary>Gets whether to look up the names of remote ends.</summary>
    public bool Names { get; init; }

    public bool Wants(WatchedConnection connection) =>
        (Process is not { } process || connection.ProcessId == process) && (Command is not { } command || connection.Command == command);
}
