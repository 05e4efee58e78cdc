using System.Text;
using Hops.Cli.Output;
using Spectre.Console;

namespace Hops.Cli.Tracing;

/// <summary>Results in lines that are folded between words where a terminal is too narrow. What is no terminal gets each in one line.</summary>
internal sealed class FoldedText(Streams streams)
{
    private const string Indent = "    ";
    private const string Gap = "  ";

    private readonly int _width = streams.OutputTerminal?.Profile.Width ?? int.MaxValue;

    /// <summary>A sentence.</summary>
    /// <param name="sign">What it starts with, if anything.</param>
    /// <param name="color">The sign's colour.</param>
    /// <param name="text">The rest.</param>
    public void Write(string sign, Color color, string text)
    {
        string[] lines = [.. Fold((sign.Length == 0 ? text : $"{sign} {text}").Split(' '), " ", _width)];
        if (sign.Length == 0)
        {
            Array.ForEach(lines, streams.WriteRaw);
            return;
        }

        streams.WriteResult(sign, color, lines[0][(sign.Length + 1)..]);
        Array.ForEach(lines[1..], streams.WriteRaw);
    }

    /// <summary>A line of a table; the first column and those of numbers stand at the right.</summary>
    /// <param name="widths">How wide each column is; 0 for one that is left out where it is empty.</param>
    /// <param name="cells">What stands in them, from the left.</param>
    public void WriteColumns(int[] widths, string[] cells)
    {
        StringBuilder line = new();
        for (int i = 0; i < cells.Length; i++)
        {
            line.Append(i == 0 ? "" : Gap).Append(i == 1 || widths[i] == 0 ? cells[i].PadRight(widths[i]) : cells[i].PadLeft(widths[i]));
        }

        string whole = line.ToString().TrimEnd();
        if (whole.Length <= _width)
        {
            streams.WriteRaw(whole);
            return;
        }

        IEnumerable<string> words = cells.Skip(1).Where(static cell => cell.Length > 0).SelectMany(static cell => cell.Split(' ')).Prepend(cells[0].PadLeft(widths[0]));
        foreach (string folded in Fold(words, Gap, _width))
        {
            streams.WriteRaw(folded);
        }
    }

    private static IEnumerable<string> Fold(IEnumerable<string> words, string gap, int width)
    {
        string line = "";
        foreach (string word in words)
        {
            if (line.Trim().Length > 0 && line.Length + gap.Length + word.Length > width)
            {
                yield return line;
                line = Indent + word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line}{gap}{word}";
            }
        }

        yield return line;
    }
}
