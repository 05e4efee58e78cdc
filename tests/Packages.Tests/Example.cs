namespace Packages.Tests;

/// <summary>The first example of a package's README, as a class that a program of several can call.</summary>
internal sealed class Example
{
    public Example(Package package)
    {
        string readme = package.ReadText("README.md");
        string[] lines = Block(readme, "csharp")!.Split('\n');
        int body = Array.FindIndex(lines, static l => !l.StartsWith("using ", StringComparison.Ordinal));
        Name = package.Says("id")!.Replace(".", "", StringComparison.Ordinal) + "Example";
        Output = Block(readme, "text");
        Source = $$"""
            {{string.Join('\n', lines[..body])}}

            internal static class {{Name}}
            {
                public static async Task RunAsync(string[] args)
                {
            {{string.Join('\n', lines[body..])}}
                    await Task.CompletedTask;
                }
            }
            """;
    }

    public string Name { get; }

    public string Source { get; }

    /// <summary>The output according to the README, if it has one.</summary>
    public string? Output { get; }

    private static string? Block(string readme, string language)
    {
        string start = $"\n```{language}\n";
        int from = readme.IndexOf(start, StringComparison.Ordinal);
        return from < 0 ? null : readme[(from + start.Length)..readme.IndexOf("\n```", from + start.Length, StringComparison.Ordinal)];
    }
}
