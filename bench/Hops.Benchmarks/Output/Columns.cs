using System.Globalization;

namespace Hops.Benchmarks.Output;

/// <summary>The columns of a report in tables. Empty ones are left out.</summary>
internal static class Columns
{
    public static IReadOnlyList<Column> Of(Report report)
    {
        TimeUnit unit = TimeUnit.For(report.Measurements.Select(static m => m.Nanoseconds.Median));
        Column[] columns =
        [
            new(report.GroupedBy, static m => m.Group),
            new("variant", static m => m.Variant),
            new($"{unit.Name} per {report.Operation}", m => unit.Format(m.Nanoseconds)),
            new("million/s", m => unit == TimeUnit.Nanosecond && m.Nanoseconds.Median > 0 ? Format(m.OperationsPerSecond / 1e6, "0.00") : ""),
            new($"ratio to {ReferenceOf(report)}", static m => m.Ratio is { } ratio ? Format(ratio, RatioFormat(ratio)) : ""),
            new($"{unit.Name} more", m => report.ShowsDifferences && m.Difference is { } difference ? unit.Format(difference) : ""),
            .. Others(report),
            new("answer", static m => Format(m.Answers)),
            new("lost, %", static m => m.LostPercent is { } lost ? Format(lost, "0.00") : ""),
            new("rounds", static m => Format(m.Rounds, "0")),
            new("bytes allocated", static m => m.AllocatedBytes is { } bytes ? Format(bytes, "0.#") : ""),
            new("limit", static m => string.Join(", ", m.Limits.Select(limit => $"{limit}{(limit.IsMetBy(m) ? "" : " MISSED")}"))),
        ];
        return [.. columns.Where(column => report.Measurements.Any(m => column.Cell(m).Length > 0))];
    }

    // If the reference variants of the groups have different names, the heading says "the first".
    private static string ReferenceOf(Report report)
    {
        string[] references =
        [
            .. report.Measurements.GroupBy(static m => m.Group)
                .Where(static group => group.Any(static m => m.Ratio is not null))
                .Select(static group => group.First().Variant)
                .Distinct(),
        ];
        return references is [var one] ? one : "the first";
    }

    private static IEnumerable<Column> Others(Report report) =>
        from figure in report.Measurements.SelectMany(static m => m.Figures)
        group figure.Value.Median by (figure.Quantity, figure.IsTime) into same
        let unit = TimeUnit.For(same)
        select new Column(
            same.Key.IsTime ? $"{same.Key.Quantity}, {unit.Name}" : same.Key.Quantity,
            m => m.Figures.FirstOrDefault(f => f.Quantity == same.Key.Quantity) is not { } figure ? ""
                : same.Key.IsTime ? unit.Format(figure.Value)
                : Format(figure.Value.Median, "#,0.##"));

    private static string Format(IReadOnlyDictionary<string, int> answers) =>
        answers.Count == 1
            ? answers.Keys.Single()
            : string.Join(", ", answers.OrderByDescending(static a => a.Value).Select(static a => $"{a.Key} ({a.Value}×)"));

    // Three decimals are useful for 1.04 and 1.05, but not for 300.
    private static string RatioFormat(Quartiles ratio) => ratio.Median < 10 ? "0.000" : "#,0.0";

    private static string Format(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private static string Format(Quartiles quartiles, string format) =>
        $"{Format(quartiles.Median, format)} ({Format(quartiles.Lower, format)} – {Format(quartiles.Upper, format)})";
}
