using System.Globalization;
using ScottPlot;

namespace Hops.Benchmarks.Charts;

/// <summary>How often each number was answered, with the groups beside each other.</summary>
internal static class HistogramPlot
{
    private const int Height = 360;

    public static SizedPlot OfAnswers(Report report)
    {
        Plot plot = Canvas.Create(report.Title);
        string[] groups = [.. report.Measurements.Select(static m => m.Group).Distinct()];
        double width = 0.8 / groups.Length;
        for (int group = 0; group < groups.Length; group++)
        {
            IEnumerable<KeyValuePair<string, int>> given = report.Measurements.Where(m => m.Group == groups[group]).SelectMany(static m => m.Answers);
            foreach ((string answer, int times) in given.GroupBy(static a => a.Key, static a => a.Value).Select(static a => (a.Key, a.Sum())))
            {
                _ = plot.Add.Bar(new Bar
                {
                    Position = double.Parse(answer, CultureInfo.InvariantCulture) + ((group - ((groups.Length - 1) / 2.0)) * width),
                    Value = times,
                    Size = width,
                    FillColor = Canvas.Colors[group % Canvas.Colors.Length],
                    LineWidth = 0,
                });
            }
        }

        plot.XLabel("measured distance, hops");
        plot.YLabel($"{report.Operation}s");
        plot.ShowLegend([.. groups.Select(static (group, index) => new LegendItem
        {
            LabelText = group,
            LabelFontSize = 12,
            FillColor = Canvas.Colors[index % Canvas.Colors.Length],
            LineWidth = 0,
        })]);
        _ = plot.ShowLegend(Edge.Right);
        string[] answers = [.. report.Measurements.SelectMany(static m => m.Answers.Keys).Distinct()];
        plot.Axes.Bottom.SetTicks([.. answers.Select(static a => double.Parse(a, CultureInfo.InvariantCulture))], answers);
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
        return new SizedPlot(plot, Canvas.Width, Height);
    }
}
