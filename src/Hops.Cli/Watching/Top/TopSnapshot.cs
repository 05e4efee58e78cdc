using Hops.Cli.Watching.Distances;

namespace Hops.Cli.Watching.Top;

/// <summary>The table at one moment.</summary>
internal sealed record TopSnapshot
{
    /// <summary>The first rows, in order.</summary>
    public required IReadOnlyList<TopRow> Rows { get; init; }

    /// <summary>How many rows there are in all.</summary>
    public required int Groups { get; init; }

    /// <summary>How many groups were forgotten, because others were seen later.</summary>
    public required long Forgotten { get; init; }

    public required long Connections { get; init; }

    public required IReadOnlyList<DistanceBar> Bars { get; init; }
}
