using System.Text;

namespace Hops.Cli.Targets;

/// <summary>Reads lines of any length in bounded memory: a line is truncated to <see cref="Longest"/> characters.</summary>
internal sealed class LineReader(TextReader reader)
{
    /// <summary>The maximum length, above that of a target, so that a truncated line is still refused.</summary>
    public const int Longest = TargetParser.LongestTarget + 1;

    private readonly char[] _buffer = new char[4096];
    private readonly StringBuilder _line = new();
    private int _start;
    private int _end;

    private ReadOnlySpan<char> Rest => _buffer.AsSpan(_start.._end);

    /// <returns>The next line, or null at the end.</returns>
    public string? Read()
    {
        // Most lines are already complete in the buffer.
        int newline = Rest.IndexOf('\n');
        if (newline < 0)
        {
            return ReadOn();
        }

        string line = Rest[..Math.Min(newline, Longest)].ToString();
        _start += newline + 1;
        return line;
    }

    private string? ReadOn()
    {
        _line.Clear();
        for (bool any = false; ;)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = reader.Read(_buffer);
                if (_end == 0)
                {
                    return any ? _line.ToString() : null;
                }
            }

            any = true;
            int newline = Rest.IndexOf('\n');
            int length = newline < 0 ? Rest.Length : newline;
            _line.Append(Rest[..Math.Min(length, Longest - _line.Length)]);
            _start += newline < 0 ? length : length + 1;
            if (newline >= 0)
            {
                return _line.ToString();
            }
        }
    }
}
