using System.Diagnostics.CodeAnalysis;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Reads a program line by line, and knows its labels. What stands in a line <see cref="ListingLine"/> reads, an instruction <see cref="StatementReader"/>.
/// </summary>
internal sealed class ListingReader(string text, IReadOnlyDictionary<string, BpfMap>? maps)
{
    private readonly Assembler _assembler = new();
    private readonly Dictionary<string, NamedLabel> _labels = [];
    private readonly List<AmbiguousCall> _ambiguousCalls = [];

    // A comment over several lines that is open, and a comment that may be meant as an instruction, while nothing tells.
    private AssemblyError? _openComment;
    private AssemblyError? _doubtfulComment;

    // A listing may be an excerpt: its first number may be any.
    private int? _firstSlot;

    public IReadOnlyDictionary<string, BpfMap>? Maps => maps;

    public Assembler Assembler => _assembler;

    /// <summary>The line that is being read, from 1 on.</summary>
    public int Line { get; private set; }

    /// <summary>Whether the instruction read last had a slot's number or an opcode before it.</summary>
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
    /// <param name="start">Where in it to begin.</param>
    /// <param name="error">What is wrong with it.</param>
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
                    label.Line, label.Column, $"There is no label {LineScanner.Quote(name)}{(label.IsCalled ? ", and no helper is called so" : "")}.");
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

    /// <summary>The label of that name, placed or not.</summary>
    public Label LabelNamed(ReadOnlySpan<char> name, int position, bool isCalled = false)
    {
        if (!_labels.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out NamedLabel? label))
        {
            string key = name.ToString();
            _labels[key] = label = new NamedLabel(_assembler.AddLabel(key), Line, position + 1, isCalled);
        }

        return label.Label;
    }

    /// <summary>Whether a slot's number in a listing is that of the next instruction.</summary>
    /// <param name="number">The number.</param>
    /// <param name="expected">What it should be.</param>
    public bool IsNextSlot(int number, out int expected)
    {
        _firstSlot ??= number - _assembler.Slot;
        expected = _firstSlot.Value + _assembler.Slot;
        return number == expected;
    }

    /// <summary>
    /// Keeps in mind that a comment would be an instruction without its <c>;</c>. Between the numbered lines of a listing it is the source's text,
    /// and elsewhere it could be meant as what it says.
    /// </summary>
    public void Doubt(int position, ReadOnlySpan<char> line) => _doubtfulComment ??= new AssemblyError(
        Line,
        position + 1,
        "Behind ';' this would be an instruction, and here a line that starts with ';' is a comment: delete the ';', or start the comment with '//'.",
        line.ToString());

    /// <summary>Keeps in mind a call that is one of a helper unless a function starts where it would go as a call of a function.</summary>
    public void AddAmbiguousCall(int number, int position) => _ambiguousCalls.Add(new(Line, position + 1, _assembler.Slot, number));

    private AssemblyError? FindAmbiguity(BpfCode code)
    {
        if (_ambiguousCalls.Count == 0)
        {
            return null;
        }

        // A function can start behind an instruction that nothing falls through.
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
            // Of an excerpt, nobody knows what is behind it.
            if (helper is null || (target < slot ? starts.Contains((int)target) : _firstSlot > 0))
            {
                return ErrorAt(line, column, $"llvm-objdump prints a call of a function as it prints that of a helper: write pc+{number} for the function, "
                    + $"or {(helper is null ? $"unknown#{number} for a helper" : $"{helper} for the helper")}. With the bytes before the instruction "
                    + "(without --no-show-raw-insn) the listing tells which.");
            }
        }

        return null;
    }

    /// <param name="line">The line.</param>
    /// <param name="column">In that line; null for where the text starts.</param>
    /// <param name="reason">What is wrong.</param>
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
    /// <param name="Line">Where it is named first.</param>
    /// <param name="Column">In that line.</param>
    /// <param name="IsCalled">Whether it is called there, as helpers are.</param>
    private sealed record NamedLabel(Label Label, int Line, int Column, bool IsCalled);

    private readonly record struct AmbiguousCall(int Line, int Column, int Slot, int Number);
}
