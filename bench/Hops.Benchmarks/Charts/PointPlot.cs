using System.Globalization;
using Hops.Benchmarks.Output;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Hops.Benchmarks.Charts;

/// <summary>Points for medians, with a line from quartile to quartile, on a logarithmic axis of time.</summary>
internal static class PointPlot
{
    private static readonly MarkerShape[] Shapes =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleUp];

    public static SizedPlot OfTimes(Report report)
    {
        Plot plot = Canvas.Create(report.Title);
        IEnumerable<Figure> times = report.Measurements.SelectMany(static m => m.Figures).Where(static f => f.IsTime);
        string[] quantities = [$"time per {report.Operation}", .. times.Select(static f => f.Quantity).Distinct()];
        List<double> all = [];
        for (int series = 0; series < quantities.Length; series++)
        {
            for (int row = 0; row < report.Measurements.Count; row++)
            {
                if (TimeOf(report.Measurements[row], series == 0 ? null : quantities[series]) is { } time)
                {
                    Quartiles place = new(Math.Log10(time.Lower), Math.Log10(time.Median), Math.Log10(time.Upper));
                    all.AddRange([place.Lower, place.Upper]);
                    _ = plot.Add.Marker(place.Median, -row, Shapes[series % Shapes.Length], size: 11, color: Canvas.Colors[series % Canvas.Colors.Length]);
                    Canvas.AddSpread(plot, place, -row);
                }
            }
        }

        int least = (int)Math.Floor(all.Min());
        int most = (int)Math.Ceiling(all.Max());
        NumericManual ticks = new();
        for (int power = least; power <= most; power++)
        {
            ticks.AddMajor(power, NameOf(power));
            for (int digit = 2; digit < 10 && power < most; digit++)
            {
                ticks.AddMinor(power + Math.Log10(digit));
            }
        }

        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.SetLimitsX(least, most);
        plot.XLabel("time (median, quartiles), logarithmic");
        plot.ShowLegend(
            [.. quantities.Select(static (quantity, series) => new LegendItem
            {
                LabelText = quantity,
                LabelFontSize = 12,
                MarkerShape = Shapes[series % Shapes.Length],
                MarkerSize = 10,
                MarkerColor = Canvas.Colors[series % Canvas.Colors.Length],
                LineWidth = 0,
            })]);
        _ = plot.ShowLegend(Edge.Bottom);
        SizedPlot sized = Canvas.WithRows(plot, [.. report.Measurements.Select(m => Canvas.NameOf(report, m))]);
        return sized with { Height = sized.Height + 40 };
    }

    private static Quartiles? TimeOf(Measurement measurement, string? quantity) =>
        quantity is null ? measurement.Nanoseconds : measurement.Figures.FirstOrDefault(f => f.Quantity == quantity)?.Value;

    /// <summary>10 µs, 100 ms.</summary>
    private static string NameOf(int power)
    {
        double nanoseconds = Math.Pow(10, power);
        TimeUnit unit = TimeUnit.For([nanoseconds]);
        return $"{Math.Round(nanoseconds / unit.Nanoseconds).ToString("#,0", CultureInfo.InvariantCulture)} {unit.Name}";
    }
}
