using Hops.Cli.Measuring.Methods;

namespace Hops.Cli.Measuring;

/// <summary>What became of one attempt at one target: a distance, or a failure.</summary>
internal sealed record Measurement
{
    /// <summary>The target as the user wrote it: not safe to print.</summary>
    public required string Target { get; init; }

    /// <summary>From 1 to what <c>--count</c> asks for.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What was measured; null where nobody answered.</summary>
    public Reading? Reading { get; init; }

    /// <summary>Null when there is a <see cref="Failure"/>.</summary>
    public HopDistance? Distance => Reading?.Distance;

    public Failure? Failure { get; init; }

    /// <summary>What was not measured, or is not plausible, counts as near; without an answer there was no distance to judge.</summary>
    public bool IsNearerThan(int hops) => Distance is { } distance
        ? !distance.IsPlausible || distance.Hops < hops
        : Failure?.Kind == FailureKind.Unmeasured;
}
