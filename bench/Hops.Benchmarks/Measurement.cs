namespace Hops.Benchmarks;

/// <summary>What one variant took, over all rounds.</summary>
/// <param name="Group">With which others it was compared: the mode of a connection, the program that was assembled.</param>
/// <param name="Variant">Its name.</param>
/// <param name="Nanoseconds">Time per operation.</param>
/// <param name="Rounds">How many.</param>
internal sealed record Measurement(string Group, string Variant, Quartiles Nanoseconds, int Rounds)
{
    /// <summary>That time divided by the first variant's of the same group and round, where such a ratio says something.</summary>
    public Quartiles? Ratio { get; init; }

    /// <summary>That time less the first variant's, where there is a <see cref="Ratio"/>.</summary>
    public Quartiles? Difference { get; init; }

    /// <summary>Managed memory per operation, or null where it was not counted.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>That memory divided by the first variant's of the same group and round, where both allocate.</summary>
    public double? AllocationRatio { get; init; }

    /// <summary>How many of a hundred records found no room; null where there are no records.</summary>
    public double? LostPercent { get; init; }

    /// <summary>What it answered, and how often; empty where nothing was asked.</summary>
    public IReadOnlyDictionary<string, int> Answers { get; init; } = new Dictionary<string, int>();

    /// <summary>What else was measured.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    /// <summary>What it should keep to.</summary>
    public IReadOnlyList<Limit> Limits { get; init; } = [];

    public double OperationsPerSecond => 1e9 / Nanoseconds.Median;

    /// <summary>Sums rounds up.</summary>
    /// <param name="group">As <see cref="Group"/>.</param>
    /// <param name="variant">As <see cref="Variant"/>.</param>
    /// <param name="rounds">What the variant took in each.</param>
    /// <param name="references">What the variant that it is compared with took in each, or null where it is not.</param>
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
