using System.Text;
using Hops.Benchmarks.Output;

namespace Hops.Benchmarks.Pages;

/// <summary>A report for a page: the chart, if there is one, the table, and where and how it was measured.</summary>
internal static class MarkdownReport
{
    /// <param name="report">What was measured.</param>
    /// <param name="chart">The chart, as a link from the page, or null.</param>
    /// <param name="circumstances">When, where and how: without a full stop.</param>
    public static string Format(Report report, string? chart, string circumstances)
    {
        IReadOnlyList<Column> columns = Columns.Of(report);
        StringBuilder text = new();
        if (chart is not null)
        {
            text.Append($"![{report.Title}]({chart})\n\n");
        }

        AppendRow(text, columns.Select(static column => column.Heading));
        AppendRow(text, columns.Select(static _ => "---"));
        foreach (Measurement measurement in report.Measurements)
        {
            AppendRow(text, columns.Select(column => column.Cell(measurement)));
        }

        text.Append($"\n{report.Title}: medians (quartiles). {circumstances}.\n");
        foreach (string remark in report.Remarks)
        {
            text.Append($"\n{remark}\n");
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells)
    {
        string row = string.Join(" | ", cells.Select(static cell => cell.Replace("|", "\\|", StringComparison.Ordinal)));
        text.Append("| ").Append(row).Append(" |\n");
    }
}
