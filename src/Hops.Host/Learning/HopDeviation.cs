namespace Hops.Host.Learning;

/// <summary>Represents how a connection deviates from the learnt distances (<see cref="HopBaseline.Compare"/>).</summary>
public sealed record HopDeviation
{
    /// <summary>Gets the kind of the deviation.</summary>
    public required HopDeviationKind Kind { get; init; }

    /// <summary>Gets the least distance that was learnt, in hops; null for <see cref="HopDeviationKind.New"/>.</summary>
    public int? LearntLeast { get; init; }

    /// <summary>Gets the greatest distance that was learnt, in hops; null for <see cref="HopDeviationKind.New"/>.</summary>
    public int? LearntMost { get; init; }
}
