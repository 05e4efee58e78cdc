using System.Globalization;
using System.Text.RegularExpressions;

namespace Hops.Cli.Tests.Support;

/// <summary>
/// What a terminal shows after it got a text (ECMA-48, and the private modes of xterm). It knows the sequences that a table needs; others fail the test.
/// </summary>
internal sealed partial class TerminalScreen
{
    private const string Reset = "\e[2J\e[H";

    private readonly int _columns;
    private readonly char[][] _cells;
    private int _x;
    private int _y;
    private char[][]? _main;

    private TerminalScreen(int columns, int rows)
    {
        _columns = columns;
        _cells = [.. Enumerable.Range(0, rows).Select(_ => NewLine())];
    }

    /// <summary>The text of each line, without blanks at the end.</summary>
    public string[] Lines => [.. _cells.Select(static line => new string(line).TrimEnd())];

    public bool IsAlternate => _main is not null;

    public bool ShowsCursor { get; private set; } = true;

    /// <summary>The number of lines that were too long or too low on the screen; a table that fits has none.</summary>
    public int Overflows { get; private set; }

    public override string ToString() => string.Join('\n', Lines);

    /// <summary>The screen after all of the text.</summary>
    public static TerminalScreen After(string text, int columns, int rows)
    {
        TerminalScreen screen = new(columns, rows);
        screen.Take(text);
        return screen;
    }

    /// <summary>The screen after what follows the last time that all of it was cleared, which is when a table has been told of another size.</summary>
    public static TerminalScreen SinceCleared(string text, int columns, int rows) =>
        After(text[Math.Max(0, text.LastIndexOf(Reset, StringComparison.Ordinal))..], columns, rows);

    private char[] NewLine() => [.. Enumerable.Repeat(' ', _columns)];

    private void Take(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            if (text[i] != '\e')
            {
                Put(text[i++]);
            }
            else if (Sequence().Match(text, i) is { Success: true } sequence)
            {
                Obey(sequence.Groups["parameters"].Value, sequence.Groups["final"].Value);
                i += sequence.Length;
            }
            else
            {
                // The rest has not come yet.
                Assert.True(text.Length - i < 8, $"What is {text[i..(i + 8)].Replace('\e', '␛')}?");
                return;
            }
        }
    }

    private void Put(char c)
    {
        switch (c)
        {
            case '\r':
                _x = 0;
                break;
            case '\n':
                Down();
                break;
            default:
                if (_x == _columns)
                {
                    Overflows++;
                    _x = 0;
                    Down();
                }

                _cells[_y][_x++] = c;
                break;
        }
    }

    private void Down()
    {
        if (_y < _cells.Length - 1)
        {
            _y++;
            return;
        }

        Overflows++;
        Array.Copy(_cells, 1, _cells, 0, _cells.Length - 1);
        _cells[^1] = NewLine();
    }

    private void Obey(string parameters, string final)
    {
        switch (parameters, final)
        {
            case ("?1049", "h"):
                _main = [.. _cells.Select(static line => (char[])line.Clone())];
                Clear(0);
                break;
            case ("?1049", "l") when _main is not null:
                _main.CopyTo(_cells, 0);
                _main = null;
                break;
            case ("?1049", "l") or ("?1", "h" or "l") or (_, "m" or "=" or ">"):
                break;
            case ("?25", "h" or "l"):
                ShowsCursor = final == "h";
                break;
            case ("2", "J"):
                Clear(0);
                break;
            case ("", "J"):
                Clear(_y);
                break;
            case ("2", "K"):
                _cells[_y] = NewLine();
                break;
            case (_, "A"):
                _y -= int.Parse(parameters, CultureInfo.InvariantCulture);
                break;
            case ("", "H"):
                (_x, _y) = (0, 0);
                break;
            default:
                Assert.Fail($"What is ␛[{parameters}{final}?");
                break;
        }
    }

    private void Clear(int from)
    {
        for (int i = from; i < _cells.Length; i++)
        {
            _cells[i] = NewLine();
        }
    }

    [GeneratedRegex(@"\G\x1b(\[(?<parameters>[?0-9;]*)(?<final>[A-Za-z])|(?<final>[=>]))")]
    private static partial Regex Sequence();
}
