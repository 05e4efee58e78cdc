using System.Globalization;
using System.Text;

namespace Ebpf.Assembly;

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
        int start = Math.Max(0, Math.Min(Column - 1, Text.Length) - ExcerptBefore);
        ReadOnlySpan<char> excerpt = Text.AsSpan(start, Math.Min(ExcerptLength, Text.Length - start));
        StringBuilder message = new();
        message.Append(CultureInfo.InvariantCulture, $"line {Line}, column {Column}: {Reason}\n    ");
        AppendVisible(message, excerpt);
        message.Append("\n    ").Append(' ', Column - 1 - start).Append('^');
        return message.ToString();
    }

    // Nothing that a text contains may move the terminal's cursor or hide the rest.
    private static void AppendVisible(StringBuilder message, ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            message.Append(c == '\t' ? ' ' : char.IsControl(c) || char.IsSurrogate(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format ? '?' : c);
        }
    }
}
