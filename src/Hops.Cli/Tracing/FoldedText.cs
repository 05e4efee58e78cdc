using Hops.Cli.Output;
using Spectre.Console;

namespace Hops.Cli.Tracing;

/// <summary>Prints results in lines that are folded between words on a narrow terminal. Other outputs get each result on one line.</summary>
internal sealed class FoldedText(Streams streams)
{
    private const string Indent = "     ";
    private const string Gap = "  ";

    private readonly int _width = streams.OutputTerminal?.Profile.Width ?? int.MaxValue;

    /// <summary>Prints a sentence.</summary>
    /// <param name="sign">The start of the line, or empty.</param>
    /// <param name="color">The colour of the sign.</param>
    /// <param name="text">The rest of the line.</param>
    public void Write(string sign, Color color, string text)
    {
        if (sign.Length == 0)
        {
            WriteLines(Fold(text, _width, _width));
            return;
        }

        string[] lines = [.. Fold(text, _width - sign.Length - 1, _width - Indent.Length)];
        streams.WriteResult(sign, color, lines[0]);
        WriteLines(lines[1..].Select(static line => Indent + line));
    }

    /// <summary>Prints a line of a table: right-aligned numbers, and at the end a text of any length.</summary>
    /// <param name="widths">The width of each column.</param>
    /// <param name="cells">The cells from the left; the second is not a number.</param>
    /// <param name="text">The text.</param>
    public void WriteColumns(int[] widths, string[] cells, string text = "")
    {
        string[] padded = [.. cells.Select((cell, i) => i == 1 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))];
        string columns = string.Join(Gap, padded);
        if (columns.Length > _width)
        {
            // One wide column leaves no room for the others.
            streams.WriteRaw(string.Join(Gap, padded[..2]).TrimEnd());
            columns = Indent + string.Join(Gap, padded[2..]);
        }

        if (text.Length > 0 && columns.Length + Gap.Length + text.Length <= _width)
        {
            streams.WriteRaw(columns + Gap + text);
            return;
        }

        int width = _width - Indent.Length;
        streams.WriteRaw(columns.TrimEnd());
        WriteLines(text.Length == 0 ? [] : Fold(text, width, width).Select(static line => Indent + line));
    }

    private void WriteLines(IEnumerable<string> lines)
    {
        foreach (string line in lines.Where(static line => line.Length > 0))
        {
            streams.WriteRaw(line);
        }
    }

    private static IEnumerable<string> Fold(string text, int firstWidth, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > firstWidth)
            {
                yield return line;
                (line, firstWidth) = (word, width);
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }
}
