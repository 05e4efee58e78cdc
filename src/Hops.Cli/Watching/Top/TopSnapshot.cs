using Hops.Cli.Watching.Distances;

namespace Hops.Cli.Watching.Top;

/// <summary>Represents the table at one moment.</summary>
internal sealed record TopSnapshot
{
    /// <summary>Gets the first rows, in order.</summary>
    public required IReadOnlyList<TopRow> Rows { get; init; }

    /// <summary>Gets the total number of rows.</summary>
    public required int Groups { get; init; }

    /// <summary>Gets the number of groups that were removed, because others were seen later.</summary>
    public required long Forgotten { get; init; }

    public required long Connections { get; init; }

    public required IReadOnlyList<DistanceBar> Bars { get; init; }
}
