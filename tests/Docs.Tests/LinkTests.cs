using System.Text.RegularExpressions;

namespace Docs.Tests;

/// <summary>Links lead to files and headings that exist, and every project has its place in the page for contributors.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. Documentation.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_between_pages_leads_to_a_file_and_a_heading(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Documentation.Repository, page))!;
        foreach (string link in Links(WithoutBlocks(page)).Where(static l => !l.Contains("://", StringComparison.Ordinal)))
        {
            string[] parts = link.Split('#');
            string target = parts[0].Length == 0 ? page : Path.GetRelativePath(Documentation.Repository, Path.Combine(folder, parts[0]));
            Assert.True(Path.Exists(Path.Combine(Documentation.Repository, target)), $"{page}: there is no {link}");
            if (parts.Length > 1)
            {
                Assert.True(Anchors(target).Contains(parts[1]), $"{page}: {target} has no heading for #{parts[1]}");
            }
        }
    }

    [Fact]
    public void The_test_of_links_finds_links_to_headings() =>
        Assert.True(Documentation.Pages.SelectMany(static p => Links(WithoutBlocks(p))).Count(static l => l.Contains('#', StringComparison.Ordinal)) > 50);

    [Theory]
    [InlineData("What the number means, and what it does not", "what-the-number-means-and-what-it-does-not")]
    [InlineData("`hops watch`: every connection", "hops-watch-every-connection")]
    [InlineData("IPv4 & IPv6", "ipv4--ipv6")]
    public void A_heading_has_the_anchor_that_a_forge_gives_it(string heading, string anchor) => Assert.Equal(anchor, Anchor(heading));

    [Fact]
    public void Every_page_below_docs_can_be_reached_from_the_README()
    {
        HashSet<string> reached = ["README.md"];
        Queue<string> left = new(reached);
        while (left.TryDequeue(out string? page))
        {
            string folder = Path.GetDirectoryName(Path.Combine(Documentation.Repository, page))!;
            foreach (string link in Links(WithoutBlocks(page)).Where(static l => !l.Contains("://", StringComparison.Ordinal)))
            {
                string target = Path.GetRelativePath(Documentation.Repository, Path.Combine(folder, link.Split('#')[0]));
                target = Directory.Exists(Path.Combine(Documentation.Repository, target)) ? Path.Combine(target, "README.md") : target;
                // The list of changes names pages as they come, which is not a way for readers to find one.
                if (Documentation.Pages.Contains(target) && reached.Add(target) && target != "CHANGELOG.md")
                {
                    left.Enqueue(target);
                }
            }
        }

        Assert.Equal(Documentation.Pages, reached.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Contributors_are_told_of_every_project()
    {
        string page = Documentation.Read("CONTRIBUTING.md");
        string[] projects =
        [
            .. ((string[])["src", "samples", "tests", "bench", "eng"])
                .SelectMany(static folder => Directory.GetFiles(Path.Combine(Documentation.Repository, folder), "*.csproj", SearchOption.AllDirectories))
                .Select(static file => Path.GetRelativePath(Documentation.Repository, Path.GetDirectoryName(file)!)),
        ];
        Assert.True(projects.Length > 30);
        Assert.All(projects, project => Assert.Contains($"`{project}`", page, StringComparison.Ordinal));
    }

    /// <summary>The anchors of a page's headings. A heading that comes again is numbered.</summary>
    private static HashSet<string> Anchors(string page)
    {
        HashSet<string> anchors = [];
        foreach (Match heading in Heading().Matches(WithoutBlocks(page)))
        {
            string anchor = Anchor(heading.Groups[1].Value);
            string numbered = anchor;
            for (int i = 1; !anchors.Add(numbered); i++)
            {
                numbered = $"{anchor}-{i}";
            }
        }

        return anchors;
    }

    private static string Anchor(string heading) => NotInAnchors().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static IEnumerable<string> Links(string text) => Link().Matches(text).Select(static m => m.Groups[1].Value);

    private static string WithoutBlocks(string page) => Block().Replace(Documentation.Read(page), "");

    [GeneratedRegex(@"(?ms)^```.*?^```$")]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?m)^#{1,6} (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}_ -]")]
    private static partial Regex NotInAnchors();
}
