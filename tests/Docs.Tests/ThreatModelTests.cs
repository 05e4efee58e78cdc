using System.Text.RegularExpressions;

namespace Docs.Tests;

/// <summary>Each way around a guard that its threat model calls closed has a test that shows it, and so has each recipe.</summary>
public sealed partial class ThreatModelTests
{
    private const string OfHttp = "docs/threat-model.md";
    private const string OfKernel = "docs/guard.md";

    public static TheoryData<string> Pages => [OfHttp, OfKernel, .. RecipePageTests.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_test_that_it_names_is_there(string page)
    {
        string tests = Path.Combine(Documentation.Repository, "tests");
        Dictionary<string, string> sources = Directory.GetFiles(tests, "*Tests.cs", SearchOption.AllDirectories)
            .GroupBy(Path.GetFileNameWithoutExtension)
            .ToDictionary(static files => files.Key!, static files => string.Concat(files.Select(File.ReadAllText)));
        Match[] named = Names().Matches(Documentation.Read(page)).ToArray();
        Assert.NotEmpty(named);
        IEnumerable<Match> unknown = named.Where(name => !sources.TryGetValue(name.Groups[1].Value, out string? source)
            || !source.Contains($" {name.Groups[2].Value}(", StringComparison.Ordinal));
        Assert.Empty(unknown.Select(static name => name.Value));
    }

    [Theory]
    [InlineData(OfHttp, "## Attacks and countermeasures")]
    [InlineData(OfKernel, "## Attacks and countermeasures")]
    [InlineData(OfKernel, "## Ways out")]
    public void Every_way_that_is_called_closed_names_a_test(string page, string heading)
    {
        string[] rows = RowsBelow(page, heading);
        Assert.NotEmpty(rows);
        Assert.All(rows, static row => Assert.Matches(Names(), row.Split('|')[3]));
    }

    /// <summary>Only what is open has nothing to show.</summary>
    [Fact]
    public void Every_side_channel_that_is_not_open_names_a_test()
    {
        string[][] rows = [.. RowsBelow(OfHttp, "## Side channels").Select(static row => row.Split(" | "))];
        Assert.NotEmpty(rows);
        Assert.All(rows, static row => Assert.Contains(row[1], (string[])["closed", "fails the start", "open"]));
        Assert.All(rows.Where(static row => row[1] != "open"), static row => Assert.Matches(Names(), row[3]));
    }

    /// <summary>The rows of the first table below a heading.</summary>
    private static string[] RowsBelow(string page, string heading) =>
        [.. Documentation.Read(page).Split(heading)[1].Split("\n## ")[0].Split('\n').Where(static line => line.StartsWith('|')).Skip(2)];
    [GeneratedRegex("`(\\w+Tests)\\.(\\w+)`")]
    private static partial Regex Names();
}
