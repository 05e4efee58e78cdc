using System.Buffers;
using System.Globalization;
using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>
/// A line of the verifier's log with an instruction: <c>5: (b7) r0 = 0 ; R0=0</c>, or, if the kernel prints the program before the verification, <c> 1 5:
/// 0........9 (b7) r0 = 0</c>: the number of a loop, the slot, the live registers.
/// </summary>
/// <param name="Number">The line's number, from 1 on.</param>
/// <param name="Offset">The start of the line in the log.</param>
/// <param name="Start">The start of the instruction's opcode in the log.</param>
/// <param name="End">The end of the line in the log.</param>
/// <param name="HasState">True if the line has the state of registers after the instruction.</param>
internal readonly record struct LogLine(int Number, int Offset, int Start, int End, bool HasState)
{
    private static readonly SearchValues<char> DigitsAndDots = SearchValues.Create(".0123456789");
    private static readonly SearchValues<char> DigitsAndSpaces = SearchValues.Create(" 0123456789");

    // The number or a dot for each of r0 to r9.
    private const int LiveRegisters = 10;

    public static bool TryFind(ReadOnlySpan<char> line, int number, int offset, out int slot, out LogLine found)
    {
        found = default;
        slot = 0;
        int colon = line.IndexOf(':');
        int opcode = line.IndexOf('(');
        if (colon < 1 || opcode < colon || line[(opcode + 1)..] is not [_, _, ')', ' ', ..])
        {
            return false;
        }

        ReadOnlySpan<char> before = line[..colon];
        ReadOnlySpan<char> between = line[(colon + 1)..opcode].Trim(' ');
        bool isWalked = between.IsEmpty && char.IsAsciiDigit(before[0]);
        bool isAhead = between.Length == LiveRegisters && !between.ContainsAnyExcept(DigitsAndDots) && !before.ContainsAnyExcept(DigitsAndSpaces);
        if ((!isWalked && !isAhead)
            || !int.TryParse(before[(before.LastIndexOf(' ') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out slot)
            || !byte.TryParse(line.Slice(opcode + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _))
        {
            return false;
        }

        found = new LogLine(number, offset, offset + opcode, offset + line.Length, line[opcode..].Contains(';'));
        return true;
    }

    public ReadOnlySpan<char> In(string log) => log.AsSpan()[Offset..End];

    /// <summary>Returns the opcode and the instruction, without the state.</summary>
    public ReadOnlySpan<char> InstructionIn(string log)
    {
        ReadOnlySpan<char> text = log.AsSpan()[Start..End];
        int end = text.IndexOf(';');
        return (end < 0 ? text : text[..end]).TrimEnd();
    }

    /// <summary>Returns the state of registers after the instruction; empty if the line has none.</summary>
    public ReadOnlySpan<char> StateIn(string log)
    {
        ReadOnlySpan<char> text = log.AsSpan()[Start..End];
        int start = text.IndexOf(';');
        return start < 0 ? [] : text[(start + 1)..];
    }

    public AssemblyError ErrorIn(string log, string reason) => new(Number, Start - Offset + 1, reason, In(log).ToString());
}
