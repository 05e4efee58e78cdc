using Spectre.Console;

namespace Hops.Benchmarks.Output;

/// <summary>Prints medians with their quartiles on a terminal.</summary>
internal static class TableReport
{
    private const int PipeWidth = 200;

    public static void Write(Report report)
    {
        IReadOnlyList<Column> columns = Columns.Of(report);
        Table table = new Table().Title($"{report.Title}: median (quartiles)");
        foreach (Column column in columns)
        {
            table.AddColumn(column.Heading);
        }

        foreach (Measurement measurement in report.Measurements)
        {
            table.AddRow([.. columns.Select(column => Markup.Escape(column.Cell(measurement)))]);
        }

        // A pipe has no width to fit into.
        AnsiConsole.Profile.Width = Console.IsOutputRedirected ? PipeWidth : AnsiConsole.Profile.Width;
        AnsiConsole.Write(table);
    }
}
