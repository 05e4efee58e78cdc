using System.Text;

namespace Hops.Cli.Targets;

/// <summary>Reads lines of whatever length in bounded memory: what a line has beyond <see cref="Longest"/> characters is passed over.</summary>
internal sealed class LineReader(TextReader reader)
{
    /// <summary>Longer than any target may be, so that a line that was cut is still refused.</summary>
    public const int Longest = TargetParser.LongestTarget + 1;

    private readonly char[] _buffer = new char[4096];
    private readonly StringBuilder _line = new();
    private int _start;
    private int _end;

    /// <returns>The next line, or null at the end.</returns>
    public async ValueTask<string?> ReadAsync(CancellationToken cancellationToken)
    {
        _line.Clear();
        for (bool any = false; ;)
        {
            if (_start == _end)
            {
                // A read from a terminal or a pipe cannot be called off, only no longer be waited for.
                _start = 0;
                _end = await reader.ReadAsync(_buffer, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
                if (_end == 0)
                {
                    return any ? _line.ToString() : null;
                }
            }

            any = true;
            ReadOnlyMemory<char> rest = _buffer.AsMemory(_start.._end);
            int newline = rest.Span.IndexOf('\n');
            ReadOnlyMemory<char> part = newline < 0 ? rest : rest[..newline];
            _line.Append(part.Span[..Math.Min(part.Length, Longest - _line.Length)]);
            _start += newline < 0 ? rest.Length : newline + 1;
            if (newline >= 0)
            {
                return _line.ToString();
            }
        }
    }
}
