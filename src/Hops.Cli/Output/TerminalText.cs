using System.Globalization;

namespace Hops.Cli.Output;

/// <summary>Makes text of strangers, such as names, paths and messages, safe for a terminal: no input can control it.</summary>
internal static class TerminalText
{
    private const int Longest = 255;

    /// <summary>Returns the text with JSON escapes for characters that a terminal does not show, truncated to 255 characters.</summary>
    public static string Escape(string text) => EscapeAll(text.Length > Longest ? $"{text[..Longest]}…" : text);

    /// <summary>Returns the same for a text of any length.</summary>
    public static string EscapeAll(string text) =>
        IsSafe(text) ? text : string.Concat(text.Select(static c => IsSafe(c) ? c.ToString() : $"\\u{(int)c:x4}"));

    /// <summary>Returns the text with a space for each character that a terminal does not show, for lines of explanation.</summary>
    public static string Blank(string text) => IsSafe(text) ? text : string.Concat(text.Select(static c => IsSafe(c) ? c : ' '));

    /// <summary>Returns whether a terminal shows every character of the text, without other effects.</summary>
    public static bool IsSafe(string text)
    {
        foreach (char c in text)
        {
            if (!IsSafe(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns whether a terminal shows the character, without other effects.</summary>
    public static bool IsSafe(char c) => c is >= ' ' and <= '~'
        || CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.OtherNotAssigned);
}
