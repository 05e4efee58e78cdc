using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>
/// Takes words, numbers and symbols from a line of text. The first failure is kept, and nothing more is taken after it, so readers need to check for failures
/// only at the end.
/// </summary>
/// <param name="line">The line.</param>
/// <param name="start">The position to start at.</param>
internal ref partial struct LineScanner(ReadOnlySpan<char> line, int start = 0)
{
    private const int LongestQuote = 40;

    private readonly ReadOnlySpan<char> _line = line;
    private int _position = start;

    /// <summary>Gets the reason why the line cannot be read; null if there is no error.</summary>
    public string? Error { get; private set; }

    /// <summary>Gets the position of the error.</summary>
    public int ErrorPosition { get; private set; }

    /// <summary>Gets the start of a comment (<c>/*</c>) that does not end in this line; null if there is none.</summary>
    public int? OpenComment { get; private set; }

    /// <summary>Gets the end of the last part that was taken.</summary>
    public readonly int End => _position;

    /// <summary>Gets the start of the next word or symbol.</summary>
    public int Position
    {
        get
        {
            SkipSpaces();
            return _position;
        }
    }

    /// <summary>Gets whether only a comment, or nothing, follows in this line.</summary>
    public bool IsAtEnd
    {
        get
        {
            SkipSpaces();
            return _position == _line.Length || _line[_position] is '#' || _line[_position..] is ['/', '/', ..];
        }
    }

    public readonly ReadOnlySpan<char> Line => _line;

    /// <summary>Gets the rest of the line.</summary>
    public readonly ReadOnlySpan<char> Rest => _line[_position..];

    /// <summary>Returns a name for errors: shortened, and without control characters.</summary>
    public static string Quote(ReadOnlySpan<char> name) =>
        name.Length > LongestQuote ? $"'{AssemblyError.ToVisible(name[..LongestQuote])}…'" : $"'{AssemblyError.ToVisible(name)}'";

    /// <summary>Returns to an earlier position.</summary>
    public void Return(int position)
    {
        if (Error is null)
        {
            _position = position;
        }
    }

    /// <summary>Takes the rest of the line.</summary>
    public void TakeRest() => _position = _line.Length;

    public bool TryTake(char symbol)
    {
        SkipSpaces();
        if (_position == _line.Length || _line[_position] != symbol)
        {
            return false;
        }

        _position++;
        return true;
    }

    public bool TryTake(ReadOnlySpan<char> symbol)
    {
        SkipSpaces();
        if (!Rest.StartsWith(symbol, StringComparison.Ordinal))
        {
            return false;
        }

        _position += symbol.Length;
        return true;
    }

    /// <summary>Takes the symbol if no space precedes it.</summary>
    public bool TryTakeAdjacent(char symbol)
    {
        if (Rest is not [var next, ..] || next != symbol)
        {
            return false;
        }

        _position++;
        return true;
    }

    public void Expect(char symbol)
    {
        if (!TryTake(symbol))
        {
            Fail($"'{symbol}'");
        }
    }

    /// <summary>Takes a word: letters, digits, <c>_</c>, <c>.</c> and <c>$</c>, not starting with a digit; empty if there is no word.</summary>
    public ReadOnlySpan<char> TakeWord()
    {
        SkipSpaces();
        int end = _position;
        while (end < _line.Length && (char.IsAsciiLetterOrDigit(_line[end]) || _line[end] is '_' or '.' or '$'))
        {
            end++;
        }

        if (end == _position || char.IsAsciiDigit(_line[_position]))
        {
            return [];
        }

        ReadOnlySpan<char> word = _line[_position..end];
        _position = end;
        return word;
    }

    /// <summary>Takes the text up to a character, and the character.</summary>
    public ReadOnlySpan<char> TakeUntil(char end)
    {
        int length = Rest.IndexOf(end);
        if (length < 0)
        {
            _position = _line.Length;
            Fail($"'{end}'");
            return [];
        }

        ReadOnlySpan<char> text = Rest[..length];
        _position += length + 1;
        return text;
    }

    /// <summary>Fails at the next word or symbol, and names it.</summary>
    /// <param name="expected">The expected text.</param>
    public void Fail(string expected)
    {
        int start = Position;
        int end = start;
        while (end < _line.Length && end - start <= LongestQuote && (char.IsAsciiLetterOrDigit(_line[end]) || _line[end] == '_'))
        {
            end++;
        }

        string found = IsAtEnd ? "the end of the line" : Quote(_line[start..Math.Max(end, start + 1)]);
        FailAt(start, $"Expected {expected}, found {found}.");
    }

    public void FailAt(int position, string reason)
    {
        if (Error is null)
        {
            Error = reason;
            ErrorPosition = position;
            _position = _line.Length;
        }
    }

    private void SkipSpaces()
    {
        for (; ; )
        {
            while (_position < _line.Length && (_line[_position] is ' ' or '\t'))
            {
                _position++;
            }

            if (Error is not null || Rest is not ['/', '*', ..])
            {
                return;
            }

            int length = Rest[2..].IndexOf("*/");
            OpenComment = length < 0 ? _position : null;
            _position = length < 0 ? _line.Length : _position + length + 4;
        }
    }
}
