namespace Hops.Benchmarks;

/// <summary>How to draw a report.</summary>
internal enum ReportChart
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Bars for the ratios, with their quartiles.</summary>
    Ratios,

    /// <summary>Bars for the times, with their quartiles.</summary>
    Times,

    /// <summary>
    /// Points for the times and for other figures that are times, on a logarithmic axis: for variants of very different speeds.
    /// </summary>
    ManyTimes,

    /// <summary>How often each number was answered.</summary>
    Answers,
}
