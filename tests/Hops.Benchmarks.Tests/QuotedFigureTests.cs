using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Hops.Benchmarks.Tests;

/// <summary>Figures of the performance page that other pages quote are the ones that were measured last.</summary>
public sealed partial class QuotedFigureTests
{
    private static readonly string Repository =
        typeof(QuotedFigureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!;

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/library.md")]
    public void What_measuring_adds_to_a_connect(string page)
    {
        string measured = File.ReadAllText(Path.Combine(Repository, "docs/performance.md"));
        int[] percent =
        [
            .. Ratios().Matches(measured).Select(static m => double.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
                .Select(static ratio => (int)Math.Round((ratio - 1) * 100)),
        ];
        Assert.Equal(12, percent.Length);
        Assert.Contains($" {percent.Min()} to {percent.Max()} %", File.ReadAllText(Path.Combine(Repository, page)), StringComparison.Ordinal);
    }

    /// <summary>The rows of a plain connection's table that measure with a filter: four modes, three variants.</summary>
    [GeneratedRegex(@"(?m)^\| (?:async|blocking)(?:, IPv6)? \| (?:socket-filter|pinned-filter|meter) \| [^|]+ \| ([0-9.]+) \(")]
    private static partial Regex Ratios();
}
