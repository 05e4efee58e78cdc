using System.Globalization;
using Hops.Benchmarks.Charts;

namespace Hops.Benchmarks.Pages;

/// <summary>A folder with the page <c>performance.md</c>, and its charts in <c>performance</c>.</summary>
/// <param name="folder">Where it is.</param>
internal sealed class FigureFolder(string folder)
{
    private const string ChartFolder = "performance";

    private readonly string _page = Path.Combine(folder, "performance.md");

    /// <summary>Checks, before a long measurement, that its figures can be written.</summary>
    /// <exception cref="InvalidOperationException">The page is not there, or has no place for these figures.</exception>
    public void Check(string benchmark)
    {
        if (!File.Exists(_page))
        {
            throw new InvalidOperationException($"There is no page {_page}: --output takes the folder of performance.md.");
        }

        _ = FigurePage.Replace(File.ReadAllText(_page), benchmark, "");
    }

    /// <summary>Replaces the figures of a benchmark and their chart.</summary>
    /// <param name="report">What was measured.</param>
    /// <param name="command">How to measure it again.</param>
    /// <param name="load">The machine's load before it was measured.</param>
    public void Write(Report report, string command, string load)
    {
        string? chart = null;
        if (ReportPlot.Of(report) is { } plot)
        {
            chart = $"{ChartFolder}/{report.Benchmark}.svg";
            _ = Directory.CreateDirectory(Path.Combine(folder, ChartFolder));
            File.WriteAllText(Path.Combine(folder, chart), PlotSvg.Of(plot));
        }

        string date = DateTime.UtcNow.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
        string figures = MarkdownReport.Format(report, chart, $"{date}: `{command}`. {Machine.Describe()}; load before: {load}");
        File.WriteAllText(_page, FigurePage.Replace(File.ReadAllText(_page), report.Benchmark, figures));
    }
}
