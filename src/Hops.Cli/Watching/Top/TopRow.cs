namespace Hops.Cli.Watching.Top;

/// <summary>Represents a row of the table: see <see cref="TopGroup"/>.</summary>
internal sealed record TopRow
{
    public required string Label { get; init; }

    /// <summary>Gets the name of the remote end that was seen last.</summary>
    public string? Name { get; init; }

    public required long Connections { get; init; }

    public required int? Nearest { get; init; }

    public required int? Farthest { get; init; }

    public required long Unknown { get; init; }

    public required long? Sent { get; init; }

    public required long? Received { get; init; }

    public required DateTimeOffset LastSeen { get; init; }
}
