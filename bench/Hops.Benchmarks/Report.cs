namespace Hops.Benchmarks;

/// <summary>All that a benchmark found out, and what its words are.</summary>
/// <param name="Benchmark">Its name on the command line.</param>
/// <param name="Title">What was measured.</param>
/// <param name="GroupedBy">What the groups of variants differ in: <c>mode</c>.</param>
/// <param name="Operation">What takes the time, in the singular: <c>connection</c>.</param>
/// <param name="Measurements">In the order in which to show them.</param>
internal sealed record Report(string Benchmark, string Title, string GroupedBy, string Operation, IReadOnlyList<Measurement> Measurements)
{
    /// <summary>How to draw it.</summary>
    public ReportChart Chart { get; init; }

    /// <summary>Whether <see cref="Measurement.Difference"/> is of interest: where variants do the same work, and something besides it.</summary>
    public bool ShowsDifferences { get; init; }

    /// <summary>Sentences about what was not measured, and why.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>A sentence for each limit that was missed.</summary>
    public IEnumerable<string> Misses =>
        from measurement in Measurements
        from limit in measurement.Limits
        where !limit.IsMetBy(measurement)
        select FormattableString.Invariant(
            $"{Benchmark}, {measurement.Group}, {measurement.Variant}: {limit.Of(measurement):0.###} {limit.Quantity}, and the limit is {limit}.");
}
