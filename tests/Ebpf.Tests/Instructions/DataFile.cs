namespace Ebpf.Tests.Instructions;

/// <summary>Test data: a case a line, its columns separated by tabs. Empty lines and those that start with <c># </c> are for people.</summary>
internal static class DataFile
{
    public static IEnumerable<string[]> Read(string name) =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", name))
        where line.Length > 0 && line is not ['#', ' ', ..]
        select line.Split('\t');

    /// <summary>Two columns.</summary>
    public static TheoryData<string, string> Pairs(string name)
    {
        TheoryData<string, string> pairs = [];
        foreach (string[] columns in Read(name))
        {
            pairs.Add(columns[0], columns[1]);
        }

        return pairs;
    }

    /// <summary>What text that cannot be written as such stands for: <c>\n</c>, <c>\t</c>, <c>\r</c>, <c>\e</c> and <c>\\</c>.</summary>
    public static string Unescape(string text) => string.Join('\\', text.Split(@"\\").Select(UnescapeCharacters));

    private static string UnescapeCharacters(string text) => text
        .Replace(@"\n", "\n", StringComparison.Ordinal).Replace(@"\t", "\t", StringComparison.Ordinal)
        .Replace(@"\r", "\r", StringComparison.Ordinal).Replace(@"\e", "\e", StringComparison.Ordinal);
}
