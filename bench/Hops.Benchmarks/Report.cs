namespace Hops.Benchmarks;

/// <summary>The results of a benchmark, and the words for its tables.</summary>
/// <param name="Benchmark">Its name on the command line.</param>
/// <param name="Title">What was measured.</param>
/// <param name="GroupedBy">The heading of the groups of variants, such as <c>mode</c>.</param>
/// <param name="Operation">The measured operation, in the singular, such as <c>connection</c>.</param>
/// <param name="Measurements">In the order in which to show them.</param>
internal sealed record Report(string Benchmark, string Title, string GroupedBy, string Operation, IReadOnlyList<Measurement> Measurements)
{
    /// <summary>How to draw it.</summary>
    public ReportChart Chart { get; init; }

    /// <summary>Whether to show <see cref="Measurement.Difference"/>: for variants that do the same work and some additional work.</summary>
    public bool ShowsDifferences { get; init; }

    /// <summary>Sentences about variants that were not measured, with the reason.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>A sentence for each limit that was missed.</summary>
    public IEnumerable<string> Misses =>
        from measurement in Measurements
        from limit in measurement.Limits
        where !limit.IsMetBy(measurement)
        select FormattableString.Invariant(
            $"{Benchmark}, {measurement.Group}, {measurement.Variant}: {limit.Of(measurement):0.###} {limit.Quantity}, and the limit is {limit}.");
}
