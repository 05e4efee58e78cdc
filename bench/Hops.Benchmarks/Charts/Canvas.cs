using ScottPlot;
using SkiaSharp;

namespace Hops.Benchmarks.Charts;

/// <summary>Common parts of all plots. The background is white, because a page may be dark.</summary>
internal static class Canvas
{
    public const int Width = 900;
    private const int RowHeight = 30;
    private const int Surroundings = 120;
    private const double CapSize = 0.15;
    private const int RightMargin = 40;

    // A letter of this font is some 0.65 times as wide as it is high.
    private const float TitleWidth = Width;
    private const string Font = "DejaVu Sans";

    /// <summary>Blue, orange, green, pink: people with red-green colour blindness can tell them apart, too (Okabe and Ito).</summary>
    public static readonly Color[] Colors = [Color.FromHex("#0072B2"), Color.FromHex("#E69F00"), Color.FromHex("#009E73"), Color.FromHex("#CC79A7")];

    private static readonly Color Ink = Color.FromHex("#24292F");

    /// <exception cref="InvalidOperationException">This machine has no font to measure text with.</exception>
    public static Plot Create(string title)
    {
        if (SKFontManager.Default.FontFamilyCount == 0)
        {
            throw new InvalidOperationException("A chart needs a font, and there is none here: install fonts-dejavu-core (apt-get install fonts-dejavu-core).");
        }

        Fonts.Default = Font;
        Plot plot = new();
        plot.FigureBackground.Color = ScottPlot.Colors.White;
        plot.DataBackground.Color = ScottPlot.Colors.White;
        plot.Axes.Color(Ink);
        plot.Title(title);
        plot.Axes.Title.Label.FontSize = Math.Clamp(TitleWidth / title.Length, 11, 16);
        plot.Axes.Title.Label.ForeColor = Ink;
        plot.Grid.MajorLineColor = Ink.WithAlpha(0.12);
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.MinimumSize = RightMargin;
        foreach (IAxis axis in (IAxis[])[plot.Axes.Left, plot.Axes.Bottom])
        {
            axis.TickLabelStyle.FontSize = 13;
            axis.Label.FontSize = 13;
            axis.Label.Bold = false;
        }

        return plot;
    }

    /// <summary>A line from quartile to quartile.</summary>
    public static void AddSpread(Plot plot, Quartiles place, double row)
    {
        foreach ((double x1, double y1, double x2, double y2) in (IEnumerable<(double, double, double, double)>)
            [
                (place.Lower, row, place.Upper, row),
                (place.Lower, row - CapSize, place.Lower, row + CapSize),
                (place.Upper, row - CapSize, place.Upper, row + CapSize),
            ])
        {
            ScottPlot.Plottables.LinePlot line = plot.Add.Line(x1, y1, x2, y2);
            line.LineColor = Ink;
            line.LineWidth = 1.5f;
            line.MarkerSize = 0;
        }
    }

    /// <summary>A number to the right of a place.</summary>
    public static void AddLabel(Plot plot, string label, double place, double row)
    {
        ScottPlot.Plottables.Text text = plot.Add.Text(label, place, row);
        text.LabelFontSize = 12;
        text.LabelFontColor = Ink;
        text.LabelAlignment = Alignment.MiddleLeft;
    }

    /// <summary>Gives each row its name on the left, the first one at the top.</summary>
    public static SizedPlot WithRows(Plot plot, IReadOnlyList<string> names)
    {
        plot.Axes.Left.SetTicks([.. Enumerable.Range(0, names.Count).Select(static i => (double)-i)], [.. names]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Axes.SetLimitsY(-names.Count + 0.4, 0.6);
        return new SizedPlot(plot, Width, Surroundings + (RowHeight * names.Count));
    }

    /// <summary>The name of a row: with its group, where there are several.</summary>
    public static string NameOf(Report report, Measurement measurement) =>
        report.Measurements.All(m => m.Group == measurement.Group) ? measurement.Variant : $"{measurement.Group}: {measurement.Variant}";
}
