namespace Hops.Benchmarks.Charts;

/// <summary>The plot of a report.</summary>
internal static class ReportPlot
{
    /// <returns>The plot, or null for a report without one.</returns>
    public static SizedPlot? Of(Report report) => report.Chart switch
    {
        ReportChart.Ratios => BarPlot.OfRatios(report),
        ReportChart.Times => BarPlot.OfTimes(report),
        ReportChart.ManyTimes => PointPlot.OfTimes(report),
        ReportChart.Answers => HistogramPlot.OfAnswers(report),
        _ => null,
    };
}
