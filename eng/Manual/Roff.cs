using System.Text;
using System.Text.RegularExpressions;

namespace Manual;

/// <summary>Represents a page in the language of man(7).</summary>
internal sealed partial class Roff
{
    private readonly StringBuilder _page = new();

    /// <summary>Escapes text for roff. Characters beyond ASCII become numbers, so that the page does not depend on an encoding.</summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                // Must stay the same characters, so that examples can be copied to a shell.
                '-' => @"\-",
                '\\' => @"\e",
                '\'' => @"\(aq",
                '^' => @"\(ha",
                '~' => @"\(ti",
                '`' => @"\(ga",
                '…' => "...",
                > 126 => $@"\[u{rune.Value:X4}]",
                _ => rune.ToString(),
            });
        }

        return escaped.ToString();
    }

    public static string Bold(string text) => $@"\fB{Escape(text)}\fR";

    public static string Italic(string text) => $@"\fI{Escape(text)}\fR";

    /// <summary>Adds a line without changing it.</summary>
    public Roff Raw(string line)
    {
        _page.Append(line).Append('\n');
        return this;
    }

    public Roff Section(string title) => Raw($".SH {title}");

    public Roff Subsection(string title) => Raw($".SS {title}");

    public Roff Paragraph(string text) => Raw(".PP").Text(text);

    /// <summary>Adds text, each sentence on a line of its own as man(7) requires, with options and manual pages in bold.</summary>
    public Roff Text(string text)
    {
        foreach (string sentence in SentenceEnd().Split(text))
        {
            string line = "";
            foreach (string word in Option().Replace(Escape(sentence), @"\fB$0\fR").Split(' '))
            {
                if (line.Length + word.Length >= 80)
                {
                    Raw(line);
                    line = "";
                }

                line += line.Length == 0 ? AtLineStart(word) : " " + word;
            }

            Raw(line);
        }

        return this;
    }

    /// <summary>Adds an entry of a list: its term, already escaped, and below it the text.</summary>
    public Roff Entry(string tag, string text) => Raw(".TP").Raw(tag).Text(text);

    /// <summary>Protects a line that starts with a dot, which roff would take for a request.</summary>
    private static string AtLineStart(string text) => text.StartsWith('.') ? @"\&" + text : text;

    public override string ToString() => _page.ToString();

    [GeneratedRegex(@"(?<=[.;:]) (?=[A-Z])")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"(?<![\w\\-])\\-\\-[a-z]+(\\-[a-z]+)*")]
    private static partial Regex Option();
}
