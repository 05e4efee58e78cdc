namespace Hops.Host.Learning;

/// <summary>That a connection is not as it was learnt (<see cref="HopBaseline.Compare"/>).</summary>
public sealed record HopDeviation
{
    /// <summary>How it differs.</summary>
    public required HopDeviationKind Kind { get; init; }

    /// <summary>The least distance that was learnt, in hops; null for <see cref="HopDeviationKind.New"/>.</summary>
    public int? LearntLeast { get; init; }

    /// <summary>The greatest distance that was learnt, in hops; null for <see cref="HopDeviationKind.New"/>.</summary>
    public int? LearntMost { get; init; }
}
