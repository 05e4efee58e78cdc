using System.Globalization;
using System.Text;

namespace Ebpf.Instructions;

/// <summary>What is wrong with a text that should be a program, and where.</summary>
/// <param name="Line">The line, from 1 on.</param>
/// <param name="Column">The character in the line, from 1 on.</param>
/// <param name="Reason">What was expected, or why what stands there cannot be.</param>
/// <param name="Text">The line itself.</param>
public sealed record AssemblyError(int Line, int Column, string Reason, string Text)
{
    private const int ExcerptBefore = 80;
    private const int ExcerptLength = 120;

    /// <summary>Three lines: where and what, the line, and a caret below the place. Of a very long line, the part around it.</summary>
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

    // Nothing that a text contains may move the terminal's cursor or hide the rest.
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
