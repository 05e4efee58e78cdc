namespace Ebpf.Instructions;

/// <summary>The words and symbols of the notation, for the formatter and the reader.</summary>
internal static class Symbols
{
    /// <summary>The placeholder for the name of a kernel function that is called by its id: <c>call kernel-function#63566</c>.</summary>
    public const string KernelFunction = "kernel-function";

    private static readonly string[] Statements = ["exit", "goto", "gotol", "gotox", "may_goto", "if", "call", "callx", "lock", "store_release", "ld_pseudo"];

    public static string SymbolOf(AluOperation operation) => operation switch
    {
        AluOperation.Add => "+=",
        AluOperation.Subtract => "-=",
        AluOperation.Multiply => "*=",
        AluOperation.Divide => "/=",
        AluOperation.Or => "|=",
        AluOperation.And => "&=",
        AluOperation.ShiftLeft => "<<=",
        AluOperation.ShiftRight => ">>=",
        AluOperation.Modulo => "%=",
        AluOperation.Xor => "^=",
        AluOperation.ArithmeticShiftRight => "s>>=",
        _ => "=",
    };

    public static string SymbolOf(Condition condition) => condition switch
    {
        Condition.Equal => "==",
        Condition.NotEqual => "!=",
        Condition.Greater => ">",
        Condition.GreaterOrEqual => ">=",
        Condition.Less => "<",
        Condition.LessOrEqual => "<=",
        Condition.SignedGreater => "s>",
        Condition.SignedGreaterOrEqual => "s>=",
        Condition.SignedLess => "s<",
        Condition.SignedLessOrEqual => "s<=",
        _ => "&",
    };

    public static string SymbolOf(AtomicOperation operation) => operation switch
    {
        AtomicOperation.Add => "+=",
        AtomicOperation.Or => "|=",
        AtomicOperation.And => "&=",
        _ => "^=",
    };

    public static string NameOf(AtomicOperation operation) => operation switch
    {
        AtomicOperation.Add => "add",
        AtomicOperation.Or => "or",
        AtomicOperation.And => "and",
        _ => "xor",
    };

    /// <summary>Parses a register: <c>r0</c> to <c>r10</c>, and their low halves <c>w0</c> to <c>w10</c>.</summary>
    public static bool TryParseRegister(ReadOnlySpan<char> word, out Register register, out bool is32Bit)
    {
        register = default;
        is32Bit = word is ['w', ..];
        int number = word switch
        {
            ['r' or 'w', >= '0' and <= '9'] => word[1] - '0',
            ['r' or 'w', '1', '0'] => 10,
            _ => -1,
        };
        if (number < 0)
        {
            return false;
        }

        register = new Register((byte)number);
        return true;
    }

    /// <summary>Returns whether the word is a register's letter and a number, including registers that do not exist, such as <c>r11</c>.</summary>
    public static bool LooksLikeRegister(ReadOnlySpan<char> word) => word is ['r' or 'w', _, ..] && !word[1..].ContainsAnyExceptInRange('0', '9');

    /// <summary>
    /// Returns whether a name is valid for a label: not a register, not a helper (<c>call</c> would be ambiguous) and not the start of a statement.
    /// </summary>
    public static bool IsLabelName(ReadOnlySpan<char> name)
    {
        if (name is not [var first, ..]
            || (!char.IsAsciiLetter(first) && first is not ('_' or '.'))
            || LooksLikeRegister(name)
            || HelperNames.TryGetNumber(name, out _))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '$'))
            {
                return false;
            }
        }

        foreach (string statement in Statements)
        {
            if (name.SequenceEqual(statement))
            {
                return false;
            }
        }

        return true;
    }
}
