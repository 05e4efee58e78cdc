using System.Text.RegularExpressions;

namespace Docs.Tests;

/// <summary>The table of recipes has each page, and the versions that are tested.</summary>
public sealed partial class RecipePageTests
{
    private const string Folder = "docs/recipes";
    private const string Table = $"{Folder}/README.md";

    /// <summary>All but the table.</summary>
    internal static string[] Pages =>
    [
        .. Directory.GetFiles(Path.Combine(Documentation.Repository, Folder), "*.md").Select(static file => $"{Folder}/{Path.GetFileName(file)}")
            .Where(static page => page != Table).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Every_recipe_is_in_the_table()
    {
        string table = Documentation.Read(Table);
        Assert.NotEmpty(Pages);
        Assert.All(Pages, page => Assert.Contains($"({Path.GetFileName(page)}", table, StringComparison.Ordinal));
    }

    [Fact]
    public void A_version_in_the_table_is_the_one_that_is_tested()
    {
        string versions = Documentation.Read("Directory.Packages.props");
        Match[] named = PackageAndVersion().Matches(Documentation.Read(Table)).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains($"\"{name.Groups[1].Value}\" Version=\"{name.Groups[2].Value}.", versions, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| (\S+) (\d+\.\d+) \|", RegexOptions.Multiline)]
    private static partial Regex PackageAndVersion();
}
