using Spectre.Console;

namespace Hops.Cli.Output;

/// <summary>Text in a terminal's cells. Some characters are two cells wide.</summary>
internal static class CellText
{
    /// <summary>The text, of which what does not fit ends with an ellipsis.</summary>
    public static string Cut(string text, int width)
    {
        if (text.GetCellWidth() <= width)
        {
            return text;
        }

        int length = 0;
        for (int cells = 1; length < text.Length && cells + text[length].GetCellWidth() <= width; length++)
        {
            cells += text[length].GetCellWidth();
        }

        return width < 1 ? "" : $"{text[..length]}…";
    }

    /// <summary>The text, cut or filled with blanks behind it to a width.</summary>
    public static string Left(string text, int width)
    {
        string cut = Cut(text, width);
        return cut + new string(' ', width - cut.GetCellWidth());
    }

    /// <summary>The text, cut or filled with blanks before it to a width.</summary>
    public static string Right(string text, int width)
    {
        string cut = Cut(text, width);
        return new string(' ', width - cut.GetCellWidth()) + cut;
    }
}
