using System.Buffers;
using System.Globalization;
using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>
/// Takes words, numbers and symbols from a line of text. The first failure stays: after it nothing more is taken, so readers need not
/// look at every step whether the one before succeeded, only at the end.
/// </summary>
/// <param name="line">The line.</param>
/// <param name="start">Where in it to begin.</param>
internal ref struct LineScanner(ReadOnlySpan<char> line, int start = 0)
{
    private static readonly SearchValues<char> HexadecimalDigits = SearchValues.Create("0123456789abcdef");

    private const int LongestQuote = 40;

    private readonly ReadOnlySpan<char> _line = line;
    private int _position = start;

    /// <summary>Why the line cannot be read; null while all is well.</summary>
    public string? Error { get; private set; }

    /// <summary>Where the line cannot be read.</summary>
    public int ErrorPosition { get; private set; }

    /// <summary>Where a comment starts (<c>/*</c>) that does not end in this line; null where there is none.</summary>
    public int? OpenComment { get; private set; }

    /// <summary>Behind what was taken last.</summary>
    public readonly int End => _position;

    /// <summary>Where the next word or symbol starts.</summary>
    public int Position
    {
        get
        {
            SkipSpaces();
            return _position;
        }
    }

    /// <summary>Whether nothing follows in this line but a comment.</summary>
    public bool IsAtEnd
    {
        get
        {
            SkipSpaces();
            return _position == _line.Length || _line[_position] is '#' || _line[_position..] is ['/', '/', ..];
        }
    }

    public readonly ReadOnlySpan<char> Line => _line;

    /// <summary>What was not taken yet.</summary>
    public readonly ReadOnlySpan<char> Rest => _line[_position..];

    /// <summary>
    /// Whether a tool tells with this line what follows: <c>llvm-objdump</c> a file and a section, <c>bpftool</c> a function: <c>int f(int a):</c>.
    /// </summary>
    public readonly bool IsAboutListing => IsSignature(_line.Trim()) || IsAboutSection(_line) || IsAboutFile(_line);

    private static bool IsAboutSection(ReadOnlySpan<char> line) =>
        line.StartsWith("Disassembly of section ") && line.TrimEnd().EndsWith(":") && !line.Contains(';');

    // The file's name may hold anything, but no comment and no blank, or an instruction could hide behind one.
    private static bool IsAboutFile(ReadOnlySpan<char> line) =>
        line.IndexOf(":\tfile format ", StringComparison.Ordinal) is > 0 and var end && !line[..end].ContainsAny(" \t#;");

    /// <summary>A name as errors show it: not longer than makes sense, and without what a terminal obeys.</summary>
    public static string Quote(ReadOnlySpan<char> name) =>
        name.Length > LongestQuote ? $"'{AssemblyError.ToVisible(name[..LongestQuote])}…'" : $"'{AssemblyError.ToVisible(name)}'";

    /// <summary>Back to a place where something was taken from.</summary>
    public void Return(int position)
    {
        if (Error is null)
        {
            _position = position;
        }
    }

    /// <summary>Takes all that is left of the line.</summary>
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

    /// <summary>Takes the symbol only where no space precedes it.</summary>
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

    /// <summary>Letters, digits, <c>_</c>, <c>.</c> and <c>$</c>, not starting with a digit; nothing where there is no word.</summary>
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

    /// <summary>Everything up to a character, which is taken, too.</summary>
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

    /// <summary>Decimal digits, hexadecimal ones after <c>0x</c>, or binary ones after <c>0b</c>: up to 64 bits. Or a character: <c>'a'</c>.</summary>
    public bool TryTakeNumber(out ulong number)
    {
        SkipSpaces();
        int start = _position;
        if (Rest is ['\'', ..])
        {
            return TryTakeCharacter(out number);
        }

        uint radix = Rest switch { ['0', 'x' or 'X', ..] => 16, ['0', 'b' or 'B', ..] => 2, _ => 10 };
        if (!TryTakeDigits(start + (radix == 10 ? 0 : 2), radix, out number, out int end, out bool fits))
        {
            return false;
        }

        ReadOnlySpan<char> digits = _line[start..end];
        if (radix == 10 && digits is ['0', _, ..])
        {
            FailAt(start, $"{Quote(digits)} is octal to C and to LLVM, and decimal to the eye: write it without the zero in front, or in hexadecimal.");
            return false;
        }

        if (!fits)
        {
            FailAt(start, "This number does not fit into 64 bits.");
            return false;
        }

        _position = end;
        return true;
    }

    /// <summary>Whether a number, without a sign, comes next.</summary>
    public bool IsAtDigit()
    {
        SkipSpaces();
        return Rest is [>= '0' and <= '9', ..] or ['\'', ..];
    }

    /// <summary>Sixteen hexadecimal digits before a name in angle brackets.</summary>
    public bool TryTakeAddress()
    {
        const int Digits = 16;
        SkipSpaces();
        if (Rest.Length <= Digits || Rest[..Digits].ContainsAnyExcept(HexadecimalDigits) || Rest[Digits..].TrimStart(' ') is not ['<', ..])
        {
            return false;
        }

        _position += Digits;
        return true;
    }

    /// <summary>Two hexadecimal digits and no other behind them.</summary>
    public bool TryTakeByte(out byte value)
    {
        SkipSpaces();
        value = 0;
        if (Rest.Length < 2 || (Rest.Length > 2 && Rest[2] is not (' ' or '\t'))
            || !byte.TryParse(Rest[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        _position += 2;
        return true;
    }

    /// <summary>Numbers with signs before and between them: <c>-0x100000 + 8</c>.</summary>
    public Int128 ExpectSum()
    {
        Int128 sum = ExpectTerm();
        return sum + TakeSignedTerms();
    }

    /// <summary>As many numbers with a sign before each as there are.</summary>
    public Int128 TakeSignedTerms()
    {
        Int128 sum = 0;
        for (; ; )
        {
            if (TryTake('+'))
            {
                sum += ExpectTerm();
            }
            else if (TryTake('-'))
            {
                sum -= ExpectTerm();
            }
            else
            {
                return sum;
            }
        }
    }

    /// <summary>Fails at the next word or symbol, naming it.</summary>
    /// <param name="expected">What should be there.</param>
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

    private Int128 ExpectTerm()
    {
        bool isNegative = TryTake('-');
        if (!isNegative)
        {
            TryTake('+');
        }

        if (!TryTakeNumber(out ulong number))
        {
            Fail("a number");
            return 0;
        }

        return isNegative ? -(Int128)number : number;
    }

    /// <summary>Digits up to a character that is none, which may be no letter.</summary>
    private readonly bool TryTakeDigits(int start, uint radix, out ulong number, out int end, out bool fits)
    {
        number = 0;
        fits = true;
        for (end = start; end < _line.Length && char.IsAsciiHexDigit(_line[end]); end++)
        {
            uint digit = (uint)(char.IsAsciiDigit(_line[end]) ? _line[end] - '0' : (_line[end] | 0x20) - 'a' + 10);
            if (digit >= radix)
            {
                return false;
            }

            fits &= number <= (ulong.MaxValue - digit) / radix;
            number = unchecked((number * radix) + digit);
        }

        return end > start && (end == _line.Length || !(char.IsAsciiLetterOrDigit(_line[end]) || _line[end] == '_'));
    }

    /// <summary>What C and LLVM have one meaning for: a visible character of ASCII, and some escapes. <c>'\0'</c> is 0 to C and 48 to LLVM.</summary>
    private bool TryTakeCharacter(out ulong number)
    {
        (int value, int length) = Rest switch
        {
            [_, '\\', 'n', '\'', ..] => ('\n', 4),
            [_, '\\', 't', '\'', ..] => ('\t', 4),
            [_, '\\', 'r', '\'', ..] => ('\r', 4),
            [_, '\\', 'b', '\'', ..] => ('\b', 4),
            [_, '\\', 'f', '\'', ..] => ('\f', 4),
            [_, '\\', '\\' or '\'' or '"', '\'', ..] => (Rest[2], 4),
            [_, >= ' ' and <= '~' and not ('\\' or '\''), '\'', ..] => (Rest[1], 3),
            _ => (0, 0),
        };
        number = (ulong)value;
        if (length == 0)
        {
            FailAt(_position, @"Expected one character of ASCII between quotes, or one of \n, \t, \r, \b, \f, \\, \' and \"": write its number.");
            return false;
        }

        _position += length;
        return true;
    }

    private static bool IsSignature(ReadOnlySpan<char> line)
    {
        int word = line.IndexOfAny(' ', '(');
        return word > 0 && line.EndsWith("):", StringComparison.Ordinal) && Symbols.IsLabelName(line[..word]);
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
