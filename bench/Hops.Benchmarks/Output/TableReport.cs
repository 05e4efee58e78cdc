using System.Globalization;
using Spectre.Console;

namespace Hops.Benchmarks.Output;

/// <summary>Medians with their quartiles, for people. A column that would be empty is left out.</summary>
internal static class TableReport
{
    private const int PipeWidth = 160;
    private const double Microsecond = 1_000;

    public static void Write(Report report)
    {
        bool isSlow = report.Measurements.All(static m => m.Nanoseconds.Median >= Microsecond);
        Column[] columns =
        [
            new(report.GroupedBy, static m => m.Group),
            new("variant", static m => m.Variant),
            new(
                $"{(isSlow ? "µs" : "ns")} per {report.Operation}",
                m => isSlow ? Format(m.Nanoseconds, 1 / Microsecond, "0.00") : Format(m.Nanoseconds, 1, "0.0")),
            new("million/s", m => isSlow ? "" : Format(m.OperationsPerSecond / 1e6, "0.00")),
            new($"ratio to {report.Measurements[0].Variant}", static m => m.Ratio is { } ratio ? Format(ratio, 1, "0.000") : ""),
            new("lost, %", static m => m.LostPercent is { } lost ? Format(lost, "0.00") : ""),
            new("rounds", static m => Format(m.Rounds, "0")),
            new("bytes allocated", static m => m.AllocatedBytes is { } bytes ? Format(bytes, "0.#") : ""),
            new("limit", static m => string.Join(", ", m.Limits.Select(limit => $"{limit}{(limit.IsMetBy(m) ? "" : " MISSED")}"))),
        ];
        Table table = new Table().Title($"{report.Title}: median (quartiles)");
        Column[] used = [.. columns.Where(column => report.Measurements.Any(m => column.Cell(m).Length > 0))];
        foreach (Column column in used)
        {
            table.AddColumn(column.Heading);
        }

        foreach (Measurement measurement in report.Measurements)
        {
            table.AddRow([.. used.Select(column => Markup.Escape(column.Cell(measurement)))]);
        }

        // Into a pipe as wide as it needs: there is no terminal to fit.
        AnsiConsole.Profile.Width = Console.IsOutputRedirected ? PipeWidth : AnsiConsole.Profile.Width;
        AnsiConsole.Write(table);
    }

    private static string Format(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private static string Format(Quartiles quartiles, double scale, string format) =>
        $"{Format(quartiles.Median * scale, format)} ({Format(quartiles.Lower * scale, format)} – {Format(quartiles.Upper * scale, format)})";

    private sealed record Column(string Heading, Func<Measurement, string> Cell);
}
