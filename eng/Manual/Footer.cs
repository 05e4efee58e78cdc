using System.Text.RegularExpressions;

namespace Manual;

/// <summary>What the help says below the options: titles, each with indented lines, and lines of text.</summary>
internal sealed partial class Footer
{
    private readonly Dictionary<string, List<string>> _sections = [];

    public Footer(string text)
    {
        List<string>? section = null;
        foreach (string line in text.Split('\n').Where(static line => line.Length > 0))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                (section ?? throw new FormatException($"In the help, '{line}' stands below no title.")).Add(line[2..]);
            }
            else if (line.EndsWith(':'))
            {
                _sections.Add(line[..^1], section = []);
            }
            else
            {
                Remarks.Add(line);
                section = null;
            }
        }
    }

    /// <summary>Lines of text that belong to no title.</summary>
    public List<string> Remarks { get; } = [];

    public IReadOnlyList<string> this[string title] => _sections[title];

    public bool Has(string title) => _sections.ContainsKey(title);

    /// <summary>The two columns of a line.</summary>
    public static (string Left, string Right) Columns(string line) =>
        Gap().Match(line) is { Success: true } gap
            ? (line[..gap.Index], line[(gap.Index + gap.Length)..])
            : throw new FormatException($"In the help, '{line}' has no second column.");

    /// <summary>The exit statuses, each with what it means.</summary>
    public IEnumerable<(string Status, string Meaning)> ExitStatuses() =>
        from line in this["Exit status"]
        from entry in Gap().Split(line)
        select Status().Match(entry) is { Success: true } match
            ? (match.Groups[1].Value, match.Groups[2].Value)
            : throw new FormatException($"In the help, '{entry}' is no exit status.");

    [GeneratedRegex(" {3,}")]
    private static partial Regex Gap();

    [GeneratedRegex(@"^(\d+(?:, \d+)*) (.+)$")]
    private static partial Regex Status();
}
