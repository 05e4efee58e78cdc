using Hops.Benchmarks.Pages;

namespace Hops.Benchmarks.Tests;

public sealed class MarkdownReportTests
{
    private static readonly Quartiles Plain = new(20_000, 30_000, 40_000);

    [Fact]
    public void A_report_is_a_chart_a_table_its_circumstances_and_what_is_missing()
    {
        Report report = new(
            "connect", "Connections", "mode", "connection",
            [
                new("async", "plain", Plain, 31) { AllocatedBytes = 472 },
                new("async", "armed", new(21_000, 31_500, 42_000), 31) { Ratio = new(1, 1.05, 1.1), Limits = [Limit.Ratio(1.03), Limit.Ratio(1.06)] },
            ])
        {
            Remarks = ["pinned was not measured."],
        };
        Assert.Equal(
            """
            ![Connections](performance/connect.svg)

            | mode | variant | µs per connection | ratio to plain | rounds | bytes allocated | limit |
            | --- | --- | --- | --- | --- | --- | --- |
            | async | plain | 30.00 (20.00 – 40.00) |  | 31 | 472 |  |
            | async | armed | 31.50 (21.00 – 42.00) | 1.050 (1.000 – 1.100) | 31 |  | ≤ 1.03 ratio MISSED, ≤ 1.06 ratio |

            Connections: medians (quartiles). 1 May 2026.

            pinned was not measured.

            """,
            MarkdownReport.Format(report, "performance/connect.svg", "1 May 2026"));
    }

    [Fact]
    public void Differences_are_a_column_where_they_are_of_interest()
    {
        Block[] plain = [new(1, 30_000, null), new(1, 40_000, null)];
        Block[] longer = [new(1, 33_000, null), new(1, 45_000, null)];
        Report report = new(
            "calls", "Calls", "steps", "step", [Measurement.Of("32", "plain", plain), Measurement.Of("32", "called", longer, plain)]);
        Assert.DoesNotContain("more", MarkdownReport.Format(report, null, "1 May 2026"), StringComparison.Ordinal);
        double nanoseconds = 1e9 / System.Diagnostics.Stopwatch.Frequency;
        Assert.Equal(4_000 * nanoseconds, report.Measurements[1].Difference!.Value.Median, 1e-3);
        Assert.Contains("µs more", MarkdownReport.Format(report with { ShowsDifferences = true }, null, "1 May 2026"), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_figures_are_columns_and_answers_are_counted_where_they_differ()
    {
        Report report = new(
            "peers", "Answers", "program", "answer",
            [
                new("started", "hops", new(4e6, 5e6, 6e6), 3)
                {
                    Figures = [new("processor time", new(1e6, 2e6, 3e6), IsTime: true), new("packets sent", new(4, 4, 4))],
                    Answers = new Dictionary<string, int> { ["3 hops: right"] = 3 },
                },
                new("started", "a|b", new(4e9, 5e9, 6e9), 3)
                {
                    Ratio = new(900, 1000, 1100),
                    Answers = new Dictionary<string, int> { ["no answer"] = 1, ["TTL 61: right"] = 2 },
                },
            ]);
        Assert.Equal(
            """
            | program | variant | ms per answer | ratio to hops | processor time, ms | packets sent | answer | rounds |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            | started | hops | 5.000 (4.000 – 6.000) |  | 2.000 (1.000 – 3.000) | 4 | 3 hops: right | 3 |
            | started | a\|b | 5,000.000 (4,000.000 – 6,000.000) | 1,000.0 (900.0 – 1,100.0) |  |  | TTL 61: right (2×), no answer (1×) | 3 |

            Answers: medians (quartiles). Today.

            """,
            MarkdownReport.Format(report, null, "Today"));
    }

    [Fact]
    public void Groups_with_different_references_are_compared_with_their_first()
    {
        Report report = new(
            "peers", "Answers", "program", "answer",
            [
                new("started", "hops", Plain, 3), new("started", "p0f", Plain, 3) { Ratio = new(1, 1, 1) },
                new("running", "alone", Plain, 3), new("running", "p0f", Plain, 3) { Ratio = new(1, 1, 1) },
            ]);
        Assert.Contains("| ratio to the first |", MarkdownReport.Format(report, null, ""), StringComparison.Ordinal);
    }
}
