using System.Globalization;
using System.Text;

namespace Ebpf.Instructions;

/// <summary>Represents an error in the text of a program, and its position.</summary>
/// <param name="Line">The number of the line, from 1 on.</param>
/// <param name="Column">The position of the character in the line, from 1 on.</param>
/// <param name="Reason">The expected text, or the reason why the text is not valid.</param>
/// <param name="Text">The text of the line.</param>
public sealed record AssemblyError(int Line, int Column, string Reason, string Text)
{
    private const int ExcerptBefore = 80;
    private const int ExcerptLength = 120;

    /// <summary>
    /// Returns three lines: the position and the reason, the text of the line, and a caret below the position. A very long line is shortened to the part around
    /// the position.
    /// </summary>
    public override string ToString()
    {
        int position = Math.Clamp(Column - 1, 0, Text.Length);
        int start = Math.Max(0, position - ExcerptBefore);
        ReadOnlySpan<char> excerpt = Text.AsSpan(start, Math.Min(ExcerptLength, Text.Length - start));
        StringBuilder message = new();
        message.Append(CultureInfo.InvariantCulture, $"line {Line}, column {Column}: {Reason}\n    {ToVisible(excerpt)}\n    ")
            .Append(' ', position - start).Append('^');
        return message.ToString();
    }

    // Control characters in the text must not move the terminal's cursor or hide the rest.
    internal static string ToVisible(ReadOnlySpan<char> text) => string.Create(text.Length, text, static (visible, text) =>
    {
        for (int i = 0; i < visible.Length; i++)
        {
            char c = text[i];
            visible[i] = c == '\t' ? ' ' : IsVisible(c) ? c : '?';
        }
    });

    private static bool IsVisible(char c) =>
        !char.IsControl(c) && !char.IsSurrogate(c)
        && CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
