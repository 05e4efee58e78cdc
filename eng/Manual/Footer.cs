using System.Text.RegularExpressions;

namespace Manual;

/// <summary>Represents the text of a help below the options: titles, each with indented lines, and paragraphs.</summary>
internal sealed partial class Footer
{
    private readonly Dictionary<string, List<string>> _sections = [];

    public Footer(string text)
    {
        List<string>? section = null;
        bool isInParagraph = false;
        foreach (string line in text.Split('\n'))
        {
            if (line.Length == 0)
            {
                isInParagraph = false;
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                (section ?? throw new FormatException($"In the help, '{line}' has no title above it.")).Add(line[2..]);
            }
            else if (line.EndsWith(':'))
            {
                _sections.Add(line[..^1], section = []);
            }
            else if (isInParagraph)
            {
                Remarks[^1] += $" {line}";
            }
            else
            {
                Remarks.Add(line);
                section = null;
                isInParagraph = true;
            }
        }
    }

    /// <summary>Gets the paragraphs that belong to no title, each as one line.</summary>
    public List<string> Remarks { get; } = [];

    public IReadOnlyList<string> this[string title] => _sections[title];

    public bool Has(string title) => _sections.ContainsKey(title);

    /// <summary>Splits a line into its two columns.</summary>
    public static (string Left, string Right) Columns(string line) =>
        Gap().Match(line) is { Success: true } gap
            ? (line[..gap.Index], line[(gap.Index + gap.Length)..])
            : throw new FormatException($"In the help, '{line}' has no second column.");

    /// <summary>Returns the exit statuses, each with its meaning.</summary>
    public IEnumerable<(string Status, string Meaning)> ExitStatuses() =>
        from line in this["Exit status"]
        from entry in Gap().Split(line)
        select Status().Match(entry) is { Success: true } match
            ? (match.Groups[1].Value, match.Groups[2].Value)
            : throw new FormatException($"In the help, '{entry}' is not an exit status.");

    [GeneratedRegex(" {3,}")]
    private static partial Regex Gap();

    [GeneratedRegex(@"^(\d+(?:, \d+)*) (.+)$")]
    private static partial Regex Status();
}
