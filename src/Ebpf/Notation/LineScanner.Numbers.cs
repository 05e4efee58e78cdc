using System.Buffers;
using System.Globalization;

namespace Ebpf.Notation;

/// <content>Numbers in all their spellings.</content>
internal ref partial struct LineScanner
{
    private static readonly SearchValues<char> HexadecimalDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// Takes a number of up to 64 bits: decimal digits, hexadecimal digits after <c>0x</c>, binary digits after <c>0b</c>, or a character, <c>'a'</c>.
    /// </summary>
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
            FailAt(start, $"{Quote(digits)} is octal in C and LLVM, but looks decimal: write it without the leading zero, or in hexadecimal.");
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

    /// <summary>Returns whether an unsigned number is next.</summary>
    public bool IsAtDigit()
    {
        SkipSpaces();
        return Rest is [>= '0' and <= '9', ..] or ['\'', ..];
    }

    /// <summary>Takes sixteen hexadecimal digits before a name in angle brackets.</summary>
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

    /// <summary>Takes two hexadecimal digits that no other one follows.</summary>
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

    /// <summary>Takes numbers with signs before and between them: <c>-0x100000 + 8</c>.</summary>
    public Int128 ExpectSum()
    {
        Int128 sum = ExpectTerm();
        return sum + TakeSignedTerms();
    }

    /// <summary>Takes all numbers that follow with a sign before each.</summary>
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

    /// <summary>Takes digits up to another character, which must not be a letter.</summary>
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

    /// <summary>
    /// Takes a character that has the same meaning in C and LLVM: a visible ASCII character, or one of some escapes. <c>'\0'</c> is 0 in C and 48 in LLVM.
    /// </summary>
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
}
