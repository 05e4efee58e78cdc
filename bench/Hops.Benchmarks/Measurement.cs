namespace Hops.Benchmarks;

/// <summary>The time and memory of one variant, over all rounds.</summary>
/// <param name="Group">The group of variants that it was compared with, such as the mode of a connection.</param>
/// <param name="Variant">Its name.</param>
/// <param name="Nanoseconds">Time per operation.</param>
/// <param name="Rounds">How many.</param>
internal sealed record Measurement(string Group, string Variant, Quartiles Nanoseconds, int Rounds)
{
    /// <summary>That time divided by the first variant's of the same group and round; null where the two do not compare.</summary>
    public Quartiles? Ratio { get; init; }

    /// <summary>That time less the first variant's, where there is a <see cref="Ratio"/>.</summary>
    public Quartiles? Difference { get; init; }

    /// <summary>Managed memory per operation, or null where it was not counted.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>That memory divided by the first variant's of the same group and round, where both allocate.</summary>
    public double? AllocationRatio { get; init; }

    /// <summary>The percentage of records that found no room; null where there are no records.</summary>
    public double? LostPercent { get; init; }

    /// <summary>Its answers, and how often each came; empty for variants that do not answer.</summary>
    public IReadOnlyDictionary<string, int> Answers { get; init; } = new Dictionary<string, int>();

    /// <summary>What else was measured.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    /// <summary>The limits that <c>--check</c> checks.</summary>
    public IReadOnlyList<Limit> Limits { get; init; } = [];

    public double OperationsPerSecond => 1e9 / Nanoseconds.Median;

    /// <summary>Summarizes rounds.</summary>
    /// <param name="group">As <see cref="Group"/>.</param>
    /// <param name="variant">As <see cref="Variant"/>.</param>
    /// <param name="rounds">The block of the variant in each round.</param>
    /// <param name="references">The blocks of the variant that it is compared with; null if there is none.</param>
    public static Measurement Of(string group, string variant, IReadOnlyList<Block> rounds, IReadOnlyList<Block>? references = null) =>
        new(group, variant, Quartiles.Of(rounds.Select(static r => r.NanosecondsPerOperation)), rounds.Count)
        {
            Ratio = references is null
                ? null
                : Quartiles.Of(rounds.Zip(references, static (own, other) => own.NanosecondsPerOperation / other.NanosecondsPerOperation)),
            Difference = references is null
                ? null
                : Quartiles.Of(rounds.Zip(references, static (own, other) => own.NanosecondsPerOperation - other.NanosecondsPerOperation)),
            AllocationRatio = references?.All(static r => r.AllocatedBytes > 0) == true && rounds[0].AllocatedBytes is not null
                ? Quartiles
                    .Of(rounds.Zip(references, static (own, other) => own.AllocatedBytesPerOperation!.Value / other.AllocatedBytesPerOperation!.Value))
                    .Median
                : null,
            AllocatedBytes = rounds[0].AllocatedBytes is null ? null : Quartiles.Of(rounds.Select(static r => r.AllocatedBytesPerOperation!.Value)).Median,
        };
}
