using System.Text.RegularExpressions;
using Hops.Benchmarks.Pages;

namespace Hops.Benchmarks.Tests;

public sealed partial class FigurePageTests
{
    private const string Page = """
        # Performance

        Prose before.

        <!-- figures: connect -->

        | old |

        <!-- end of figures -->

        Prose between: 30 times.

        <!-- figures: http -->
        <!-- end of figures -->

        Prose after.

        """;

    [Fact]
    public void Figures_are_replaced_and_everything_else_stays()
    {
        string page = FigurePage.Replace(FigurePage.Replace(Page, "connect", "| new |\n"), "http", "| first |");
        Assert.Equal(
            Page.Replace("| old |", "| new |", StringComparison.Ordinal).Replace("http -->\n", "http -->\n\n| first |\n\n", StringComparison.Ordinal), page);
        Assert.Equal(page, FigurePage.Replace(page, "connect", "| new |"));
    }

    [Theory]
    [InlineData("", "no place")]
    [InlineData("<!-- figures: connect -->\n", "no place")]
    [InlineData("<!-- figures: connect -->\n<!-- figures: http -->\n<!-- end of figures -->\n", "no place")]
    [InlineData("<!-- end of figures -->\n<!-- figures: connect -->\n", "no place")]
    [InlineData("<!-- figures: connected -->\n<!-- end of figures -->\n", "no place")]
    [InlineData("<!-- figures: connect -->\n<!-- end of figures -->\n<!-- figures: connect -->\n<!-- end of figures -->\n", "two places")]
    public void A_page_without_exactly_one_place_is_refused(string page, string what)
    {
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => FigurePage.Replace(page, "connect", ""));
        Assert.Contains($"has {what} for the figures of 'connect'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'<!-- figures: connect -->'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_benchmark_has_its_place_in_the_page_and_every_place_its_benchmark()
    {
        string page = File.ReadAllText(Path.Combine(Repository, "docs", "performance.md"));
        Assert.Equal(CommandLine.Benchmarks().Select(static b => b.Name).Order(), Marks().Matches(page).Select(static m => m.Groups[1].Value).Order());
    }

    internal static string Repository => typeof(FigurePageTests).Assembly
        .GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
        .Cast<System.Reflection.AssemblyMetadataAttribute>()
        .Single(static a => a.Key == "Repository").Value!;

    [GeneratedRegex("<!-- figures: (.*) -->")]
    private static partial Regex Marks();
}
