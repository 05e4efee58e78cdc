using System.Globalization;

namespace Hops.Cli.Output;

/// <summary>Text of strangers, such as names, paths and messages, made safe for a terminal: no input can steer it.</summary>
internal static class TerminalText
{
    private const int Longest = 255;

    /// <summary>The text with characters that a terminal does not show as JSON's escapes, and without what exceeds 255 characters.</summary>
    public static string Escape(string text) => EscapeAll(text.Length > Longest ? $"{text[..Longest]}…" : text);

    /// <summary>The same, of whatever length.</summary>
    public static string EscapeAll(string text) =>
        IsSafe(text) ? text : string.Concat(text.Select(static c => IsSafe(c) ? c.ToString() : $"\\u{(int)c:x4}"));

    /// <summary>The text with a space for each character that a terminal does not show: for whole lines of explanation.</summary>
    public static string Blank(string text) => IsSafe(text) ? text : string.Concat(text.Select(static c => IsSafe(c) ? c : ' '));

    /// <summary>Whether a terminal shows every character of the text, and does nothing else.</summary>
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

    /// <summary>Whether a terminal shows the character, and does nothing else.</summary>
    public static bool IsSafe(char c) => c is >= ' ' and <= '~'
        || CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.OtherNotAssigned);
}
