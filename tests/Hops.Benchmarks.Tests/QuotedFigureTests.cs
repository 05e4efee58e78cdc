using System.Globalization;
using System.Text.RegularExpressions;

namespace Hops.Benchmarks.Tests;

/// <summary>Figures of the performance page that other pages quote are the ones that were measured last.</summary>
public sealed partial class QuotedFigureTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/library.md")]
    public void What_measuring_adds_to_a_connect(string page)
    {
        string measured = File.ReadAllText(Path.Combine(FigurePageTests.Repository, "docs/performance.md"));
        int[] percent =
        [
            .. Ratios().Matches(measured).Select(static m => double.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
                .Select(static ratio => (int)Math.Round((ratio - 1) * 100)),
        ];
        Assert.Equal(12, percent.Length);
        Assert.Contains($" {percent.Min()} to {percent.Max()} %", File.ReadAllText(Path.Combine(FigurePageTests.Repository, page)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_of_the_page_has_the_figures_of_its_sections()
    {
        string page = File.ReadAllText(Path.Combine(FigurePageTests.Repository, "docs/performance.md"));
        Match[] rows = Results().Matches(page).ToArray();
        Assert.True(rows.Length > 10);
        Assert.All(rows, row =>
        {
            decimal[] measured = [.. Numbers(Section(page, row.Groups[2].Value)).Select(static n => n.Value)];
            Assert.All(
                Numbers(row.Groups[1].Value),
                quoted => Assert.Contains(measured, m => Math.Round(m, quoted.Decimals, MidpointRounding.AwayFromZero) == quoted.Value));
        });
    }

    /// <summary>The text from the heading with an anchor to the next heading of its level or above.</summary>
    private static string Section(string page, string anchor)
    {
        Match[] headings = Headings().Matches(page).ToArray();
        int at = Array.FindIndex(headings, h => h.Groups[2].Value.ToLowerInvariant().Replace(' ', '-') == anchor);
        Assert.True(at >= 0, anchor);
        Match? next = headings.Skip(at + 1).FirstOrDefault(h => h.Groups[1].Length <= headings[at].Groups[1].Length);
        return page[(headings[at].Index + headings[at].Length)..(next?.Index ?? page.Length)];
    }

    private static IEnumerable<(decimal Value, int Decimals)> Numbers(string text) => Number().Matches(text)
        .Select(static m => (decimal.Parse(m.Value, NumberStyles.Number, CultureInfo.InvariantCulture), m.Groups[1].Length));

    [GeneratedRegex(@"(?m)^\| [^|]+ \| ([^|]+) \| \[[^\]]+\]\(#([^)]+)\) \|$")]
    private static partial Regex Results();

    [GeneratedRegex("(?m)^(#+) (.+)$")]
    private static partial Regex Headings();

    /// <summary>A number that is no part of a word, such as IPv4.</summary>
    [GeneratedRegex(@"(?<![\w.])[0-9]+(?:,[0-9]{3})*(?:\.([0-9]+))?")]
    private static partial Regex Number();

    /// <summary>The rows of a plain connection's table that measure with a filter: four modes, three variants.</summary>
    [GeneratedRegex(@"(?m)^\| (?:async|blocking)(?:, IPv6)? \| (?:socket-filter|pinned-filter|meter) \| [^|]+ \| ([0-9.]+) \(")]
    private static partial Regex Ratios();
}
