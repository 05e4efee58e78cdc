using System.Reflection;

namespace Docs.Tests;

/// <summary>The project's pages and what stands in them.</summary>
internal static class Documentation
{
    public static string Repository { get; } =
        typeof(Documentation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!;

    /// <summary>Every page of the repository, by its path. Those of packages stand alone: the tests of packages run their code.</summary>
    public static IEnumerable<string> Pages => Directory.GetFiles(Repository, "*.md")
        .Concat(Directory.GetFiles(Path.Combine(Repository, "docs"), "*.md", SearchOption.AllDirectories))
        .Concat(Directory.GetFiles(Path.Combine(Repository, "samples"), "*.md", SearchOption.AllDirectories))
        .Select(static path => Path.GetRelativePath(Repository, path))
        .Order(StringComparer.Ordinal);

    /// <summary>The fenced blocks of one language, on all pages: page, line, text.</summary>
    public static IEnumerable<(string Page, int Line, string Text)> Blocks(string language) =>
        AllBlocks().Where(b => b.Language == language).Select(static b => (b.Page, b.Line, b.Text));

    public static IEnumerable<(string Page, int Line, string Language, string Text)> AllBlocks()
    {
        foreach (string page in Pages)
        {
            string[] lines = Read(page).Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].StartsWith("```", StringComparison.Ordinal))
                {
                    int end = Array.IndexOf(lines, "```", i + 1);
                    yield return (page, i + 1, lines[i][3..], string.Join('\n', lines[(i + 1)..end]));
                    i = end;
                }
            }
        }
    }

    public static string Read(string page) => File.ReadAllText(Path.Combine(Repository, page));
}
