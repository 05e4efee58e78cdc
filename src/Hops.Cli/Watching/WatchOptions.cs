using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>What <c>hops watch</c> was asked for.</summary>
internal sealed record WatchOptions
{
    /// <summary>What the kernel is to tell.</summary>
    public required HostWatchOptions Kernel { get; init; }

    /// <summary>Only connections of this process.</summary>
    public int? Process { get; init; }

    /// <summary>Only connections of processes with this command.</summary>
    public string? Command { get; init; }

    /// <summary>End after so many connections.</summary>
    public int? Count { get; init; }

    /// <summary>End after this time; zero is never.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Only totals, at the end.</summary>
    public bool Summary { get; init; }

    public bool Json { get; init; }

    /// <summary>The file to learn into.</summary>
    public string? Learn { get; init; }

    /// <summary>The file with what was learnt; only what deviates is told.</summary>
    public string? Against { get; init; }

    /// <summary>A table on the terminal instead of lines.</summary>
    public bool Top { get; init; }

    /// <summary>Look up the names of remote ends.</summary>
    public bool Names { get; init; }

    public bool Wants(WatchedConnection connection) =>
        (Process is not { } process || connection.ProcessId == process) && (Command is not { } command || connection.Command == command);
}
