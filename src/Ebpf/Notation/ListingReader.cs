using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Reads a program line by line: labels, the slot numbers and opcodes that listings of the kernel's tools have before each instruction, and
/// instructions, which <see cref="StatementReader"/> reads.
/// </summary>
internal sealed class ListingReader(string text, IReadOnlyDictionary<string, BpfMap>? maps)
{
    private readonly Assembler _assembler = new();
    private readonly Dictionary<string, NamedLabel> _labels = [];

    // A listing may be an excerpt: its first number may be any.
    private int? _firstSlot;

    public IReadOnlyDictionary<string, BpfMap>? Maps => maps;

    public Assembler Assembler => _assembler;

    /// <summary>The line that is being read, from 1 on.</summary>
    public int Line { get; private set; }

    public bool TryRead([NotNullWhen(true)] out BpfCode? code, [NotNullWhen(false)] out AssemblyError? error)
    {
        code = null;
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            Line++;
            ReadOnlySpan<char> line = text.AsSpan()[range].TrimEnd('\r');
            LineScanner scanner = new(line);
            ReadLine(ref scanner);
            if (scanner.Error is { } reason)
            {
                error = new AssemblyError(Line, scanner.ErrorPosition + 1, reason, line.ToString());
                return false;
            }
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
            error = ErrorAt(_assembler.LocationOf(instruction).Line, null, failure);
            return false;
        }

        error = null;
        return true;
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

    private void ReadLine(ref LineScanner scanner)
    {
        if (scanner.IsAboutListing)
        {
            return;
        }

        TakeHeading(ref scanner);
        bool isListed = TakeSlotNumber(ref scanner);
        byte? opcode = TakeOpcode(ref scanner);
        while (TakeLabel(ref scanner))
        {
        }

        if (scanner.IsAtEnd)
        {
            if (isListed || opcode is not null)
            {
                scanner.Fail("an instruction");
            }

            return;
        }

        StatementReader.Read(ref scanner, this, opcode);
        if (!scanner.IsAtEnd)
        {
            scanner.Fail("the end of the line, or a comment ('//', '#' or ';')");
        }
    }

    /// <summary>The heading of a function, as <c>llvm-objdump</c> prints it: <c>0000000000000000 &lt;name&gt;:</c>.</summary>
    private void TakeHeading(ref LineScanner scanner)
    {
        int position = scanner.Position;
        if (scanner.TryTakeAddress())
        {
            scanner.Expect('<');
            Place(scanner.TakeUntil('>'), position, ref scanner);
            scanner.Expect(':');
        }
    }

    /// <summary><c>12:</c>, as listings have it.</summary>
    private bool TakeSlotNumber(ref LineScanner scanner)
    {
        int position = scanner.Position;
        if (!scanner.TryTakeNumber(out ulong number))
        {
            return false;
        }

        scanner.Expect(':');
        if (number > int.MaxValue)
        {
            scanner.FailAt(position, "No listing is so long.");
            return true;
        }

        _firstSlot ??= (int)number - _assembler.Slot;
        if ((int)number - _firstSlot != _assembler.Slot)
        {
            scanner.FailAt(position, $"This would be slot {_firstSlot + _assembler.Slot}: something is missing here, or too much.");
        }

        return true;
    }

    /// <summary><c>(85)</c>, as the kernel's listings have it.</summary>
    private static byte? TakeOpcode(ref LineScanner scanner)
    {
        if (!scanner.TryTake('('))
        {
            return null;
        }

        int position = scanner.Position;
        if (!byte.TryParse(scanner.TakeUntil(')'), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte opcode))
        {
            scanner.FailAt(position, "Expected an opcode: two hexadecimal digits.");
        }

        return opcode;
    }

    private bool TakeLabel(ref LineScanner scanner)
    {
        int position = scanner.Position;
        ReadOnlySpan<char> name = scanner.TakeWord();
        if (name.IsEmpty || !scanner.TryTake(':'))
        {
            scanner.Return(position);
            return false;
        }

        Place(name, position, ref scanner);
        return true;
    }

    private void Place(ReadOnlySpan<char> name, int position, ref LineScanner scanner)
    {
        if (!Symbols.IsLabelName(name))
        {
            scanner.FailAt(position, $"A label cannot be called {LineScanner.Quote(name)}{(HelperNames.TryGetNumber(name, out _) ? ": a helper is" : "")}.");
            return;
        }

        Label label = LabelNamed(name, position);
        if (label.Slot is not null)
        {
            scanner.FailAt(position, $"The label {LineScanner.Quote(name)} is placed already.");
            return;
        }

        _assembler.Mark(label);
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
}
