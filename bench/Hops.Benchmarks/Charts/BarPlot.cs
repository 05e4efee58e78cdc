using System.Globalization;
using Hops.Benchmarks.Output;
using ScottPlot;

namespace Hops.Benchmarks.Charts;

/// <summary>Bars from zero to the median, with a line from quartile to quartile. Each group has a colour.</summary>
internal static class BarPlot
{
    private const double RoomForLabels = 1.18;

    public static SizedPlot OfRatios(Report report)
    {
        Measurement[] measurements = [.. report.Measurements.Where(m => m.Ratio is not null || IsReference(report, m))];
        return Of(
            report, measurements, $"time, as a multiple of {report.Measurements[0].Variant} (median, quartiles)",
            static m => m.Ratio ?? new Quartiles(1, 1, 1), static median => median.ToString(median < 10 ? "0.000" : "#,0", CultureInfo.InvariantCulture));
    }

    public static SizedPlot OfTimes(Report report)
    {
        TimeUnit unit = TimeUnit.For(report.Measurements.Select(static m => m.Nanoseconds.Median));
        return Of(report, report.Measurements, $"{unit.Name} per {report.Operation} (median, quartiles)", m => unit.Of(m.Nanoseconds), unit.Format);
    }

    private static bool IsReference(Report report, Measurement measurement) =>
        report.Measurements.First(m => m.Group == measurement.Group) == measurement
            && report.Measurements.Any(m => m.Group == measurement.Group && m.Ratio is not null);

    private static SizedPlot Of(
        Report report, IReadOnlyList<Measurement> measurements, string axis, Func<Measurement, Quartiles> valueOf, Func<double, string> format)
    {
        Plot plot = Canvas.Create(report.Title);
        string[] groups = [.. measurements.Select(static m => m.Group).Distinct()];
        double most = measurements.Max(m => valueOf(m).Upper) * RoomForLabels;
        for (int row = 0; row < measurements.Count; row++)
        {
            Quartiles value = valueOf(measurements[row]);
            Bar bar = new()
            {
                Position = -row,
                Value = value.Median,
                Size = 0.7,
                Orientation = Orientation.Horizontal,
                FillColor = Canvas.Colors[Array.IndexOf(groups, measurements[row].Group) % Canvas.Colors.Length],
                LineWidth = 0,
            };
            _ = plot.Add.Bar(bar);
            if (value.Lower < value.Upper)
            {
                Canvas.AddSpread(plot, value, -row);
            }

            Canvas.AddLabel(plot, format(value.Median), value.Upper + (most * 0.01), -row);
        }

        plot.XLabel(axis);
        plot.Axes.SetLimitsX(0, most);
        return Canvas.WithRows(plot, [.. measurements.Select(m => Canvas.NameOf(report, m))]);
    }
}
