namespace Architecture.Tests;

/// <summary>Lines that are too long to read beside each other.</summary>
public sealed class LineTests
{
    private const int Limit = 160;

    [Fact]
    public void A_line_of_code_ends_by_column_160()
    {
        string repository = Path.Combine(SourceProject.Sources, "..");
        string[] files =
        [
            .. ((string[])["src", "samples", "tests", "bench", "eng"])
                .SelectMany(folder => Directory.GetFiles(Path.Combine(repository, folder), "*.cs", SearchOption.AllDirectories)),
        ];
        Assert.True(files.Length > 800);
        Assert.Empty(files.SelectMany(static file => File.ReadLines(file)
            .Select((line, i) => (Line: line, Number: i + 1))
            .Where(static l => l.Line.Length > Limit)
            .Select(l => $"{file}:{l.Number}")));
    }
}
