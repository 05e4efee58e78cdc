using System.Diagnostics.CodeAnalysis;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Reads a program line by line, and stores its labels. <see cref="ListingLine"/> reads the contents of a line, <see cref="StatementReader"/> an instruction.
/// </summary>
internal sealed class ListingReader(string text, IReadOnlyDictionary<string, BpfMap>? maps)
{
    private readonly Assembler _assembler = new();
    private readonly Dictionary<string, NamedLabel> _labels = [];
    private readonly List<AmbiguousCall> _ambiguousCalls = [];

    // A comment over several lines that has not ended, and a comment that may be meant as an instruction.
    private AssemblyError? _openComment;
    private AssemblyError? _doubtfulComment;

    // A listing may be an excerpt, with any first number.
    private int? _firstSlot;

    public IReadOnlyDictionary<string, BpfMap>? Maps => maps;

    public Assembler Assembler => _assembler;

    /// <summary>Gets the number of the current line, from 1 on.</summary>
    public int Line { get; private set; }

    /// <summary>Gets whether the last instruction had a slot's number or an opcode before it.</summary>
    public bool IsInListing { get; private set; }

    public bool TryRead([NotNullWhen(true)] out BpfCode? code, [NotNullWhen(false)] out AssemblyError? error)
    {
        code = null;
        int number = 0;
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            if (!TryReadLine(++number, text.AsSpan()[range].TrimEnd('\r'), 0, out error))
            {
                return false;
            }
        }

        return TryFinish(out code, out error);
    }

    /// <param name="number">The line's number, from 1 on.</param>
    /// <param name="line">The line.</param>
    /// <param name="start">The position to start at.</param>
    /// <param name="error">The error.</param>
    public bool TryReadLine(int number, ReadOnlySpan<char> line, int start, [NotNullWhen(false)] out AssemblyError? error)
    {
        Line = number;
        if (_openComment is not null)
        {
            int end = line.IndexOf("*/");
            if (end < 0)
            {
                error = null;
                return true;
            }

            _openComment = null;
            start = end + 2;
        }

        int before = _assembler.Slot;
        LineScanner scanner = new(line, start);
        bool? isListed = ListingLine.Read(ref scanner, this);
        if (scanner.Error is null && _assembler.Slot != before)
        {
            IsInListing = isListed ?? IsInListing;
            if (!IsInListing && _doubtfulComment is not null)
            {
                error = _doubtfulComment;
                return false;
            }

            _doubtfulComment = null;
        }

        if (scanner.OpenComment is { } comment)
        {
            _openComment = new AssemblyError(number, comment + 1, "This comment has no end: '*/' is missing.", line.ToString());
        }

        error = scanner.Error is { } reason ? new AssemblyError(number, scanner.ErrorPosition + 1, reason, line.ToString()) : null;
        return error is null;
    }

    public bool TryFinish([NotNullWhen(true)] out BpfCode? code, [NotNullWhen(false)] out AssemblyError? error)
    {
        code = null;
        error = _openComment ?? _doubtfulComment;
        if (error is not null)
        {
            return false;
        }

        foreach ((string name, NamedLabel label) in _labels)
        {
            if (label.Label.Slot is null)
            {
                error = ErrorAt(
                    label.Line, label.Column, $"There is no label {LineScanner.Quote(name)}{(label.IsCalled ? ", and no helper with this name" : "")}.");
                return false;
            }
        }

        if (!_assembler.TryAssemble(text, out code, out int instruction, out string? failure))
        {
            SourceLocation location = _assembler.LocationOf(instruction);
            error = ErrorAt(location.Line, location.Column > 0 ? location.Column : null, failure);
            return false;
        }

        error = FindAmbiguity(code);
        code = error is null ? code : null;
        return error is null;
    }

    /// <summary>Returns the label with a name, placed or not.</summary>
    public Label LabelNamed(ReadOnlySpan<char> name, int position, bool isCalled = false)
    {
        if (!_labels.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out NamedLabel? label))
        {
            string key = name.ToString();
            _labels[key] = label = new NamedLabel(_assembler.AddLabel(key), Line, position + 1, isCalled);
        }

        return label.Label;
    }

    /// <summary>Returns whether a slot's number in a listing is that of the next instruction.</summary>
    /// <param name="number">The number.</param>
    /// <param name="expected">The expected number.</param>
    public bool IsNextSlot(int number, out int expected)
    {
        _firstSlot ??= number - _assembler.Slot;
        expected = _firstSlot.Value + _assembler.Slot;
        return number == expected;
    }

    /// <summary>
    /// Records that a comment would be an instruction without its <c>;</c>. Between the numbered lines of a listing it is source text; elsewhere it may be
    /// meant as an instruction.
    /// </summary>
    public void Doubt(int position, ReadOnlySpan<char> line) => _doubtfulComment ??= new AssemblyError(
        Line,
        position + 1,
        "A line that starts with ';' is a comment, and this one would be an instruction: delete the ';', or start the comment with '//'.",
        line.ToString());

    /// <summary>Records a call of a helper that would be a call of a function if a function starts at its target.</summary>
    public void AddAmbiguousCall(int number, int position) => _ambiguousCalls.Add(new(Line, position + 1, _assembler.Slot, number));

    private AssemblyError? FindAmbiguity(BpfCode code)
    {
        if (_ambiguousCalls.Count == 0)
        {
            return null;
        }

        // A function can start after an instruction that never continues with the next one.
        HashSet<int> starts = [];
        int slot = 0;
        foreach (Instruction instruction in code.Instructions)
        {
            slot += instruction.Slots;
            if (instruction.Opcode is Opcodes.Exit or Opcodes.Jump or Opcodes.JumpLong)
            {
                starts.Add(slot);
            }
        }

        foreach ((int line, int column, int call, int number) in _ambiguousCalls)
        {
            string? helper = HelperNames.NameOf(number);
            long target = call + 1L + number;
            // The instructions after an excerpt are unknown.
            if (helper is null || (target < slot ? starts.Contains((int)target) : _firstSlot > 0))
            {
                return ErrorAt(line, column, $"llvm-objdump prints calls of functions and of helpers in the same form: write pc+{number} for the function, "
                    + $"or {(helper is null ? $"unknown#{number} for a helper" : $"{helper} for the helper")}. With the bytes before the instruction "
                    + "(without --no-show-raw-insn) the listing is unambiguous.");
            }
        }

        return null;
    }

    /// <param name="line">The line.</param>
    /// <param name="column">The column in that line; null for the start of the text.</param>
    /// <param name="reason">The reason.</param>
    private AssemblyError ErrorAt(int line, int? column, string reason)
    {
        int start = 0;
        for (int i = 1; i < line; i++)
        {
            start = text.IndexOf('\n', start) + 1;
        }

        int end = text.IndexOf('\n', start);
        string found = text[start..(end < 0 ? text.Length : end)].TrimEnd('\r');
        return new(line, column ?? found.Length - found.AsSpan().TrimStart().Length + 1, reason, found);
    }

    /// <param name="Label">The label.</param>
    /// <param name="Line">The line that names it first.</param>
    /// <param name="Column">The column in that line.</param>
    /// <param name="IsCalled">True if it is the target of a call there, as helpers are.</param>
    private sealed record NamedLabel(Label Label, int Line, int Column, bool IsCalled);

    private readonly record struct AmbiguousCall(int Line, int Column, int Slot, int Number);
}
