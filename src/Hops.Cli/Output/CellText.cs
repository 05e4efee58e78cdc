using Spectre.Console;

namespace Hops.Cli.Output;

/// <summary>Fits text into the cells of a terminal, in which some characters are two cells wide.</summary>
internal static class CellText
{
    /// <summary>Returns the text, truncated with an ellipsis if it does not fit.</summary>
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

    /// <summary>Returns the text, truncated or filled with blanks after it to a width.</summary>
    public static string Left(string text, int width)
    {
        string cut = Cut(text, width);
        return cut + new string(' ', width - cut.GetCellWidth());
    }

    /// <summary>Returns the text, truncated or filled with blanks before it to a width.</summary>
    public static string Right(string text, int width)
    {
        string cut = Cut(text, width);
        return new string(' ', width - cut.GetCellWidth()) + cut;
    }
}
