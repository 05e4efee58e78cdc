using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ebpf.Maps;

namespace Ebpf.Instructions;

/// <summary>
/// Builds a program: each call appends an instruction. With <c>using static Ebpf.Instructions.Register; using static Ebpf.Instructions.Width;</c> the calls
/// read like the kernel's notation: <c>asm.Load(R7, U32[R6 + 16])</c> is <c>r7 = *(u32 *)(r6 + 16)</c>. <c>Assembler.Parse</c>, in <c>Ebpf.Notation</c>, reads
/// that notation directly.
/// </summary>
/// <remarks>The assembler stores the C# file and line of each call, so that a refusal of the verifier can name them. Not thread-safe.</remarks>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9669.html"/>
public sealed partial class Assembler
{
    private readonly List<Instruction> _instructions = [];
    private readonly List<SourceLocation> _locations = [];
    private readonly List<MapReference> _maps = [];
    private readonly List<Label> _labels = [];
    private readonly HashSet<string> _labelNames = new(StringComparer.Ordinal);
    private readonly List<(int Instruction, int Slot, Label Target)> _jumps = [];
    private int _slot;

    /// <summary>Gets the slot of the next instruction.</summary>
    internal int Slot => _slot;

    /// <summary>Creates a label, to be placed with <see cref="Mark"/>.</summary>
    /// <param name="name">
    /// The name in listings and errors: letters, digits, <c>_</c>, <c>.</c> and <c>$</c>. If omitted, listings use <c>L0</c>, <c>L1</c> …
    /// </param>
    /// <exception cref="ArgumentException">The name is not valid for a label, or is used already.</exception>
    public Label NewLabel(string? name = null)
    {
        if (name is not null && !Symbols.IsLabelName(name))
        {
            throw new ArgumentException(
                $"A label cannot be called '{name}': it takes letters, digits, '_', '.' and '$', and is no register, no statement and no helper.",
                nameof(name));
        }

        if (name is not null && !_labelNames.Add(name))
        {
            throw new ArgumentException($"There is a label '{name}' already.", nameof(name));
        }

        return AddLabel(name);
    }

    /// <summary>Places a label before the next instruction.</summary>
    /// <exception cref="ArgumentException">The label is placed already, or belongs to another assembler.</exception>
    public void Mark(Label label)
    {
        ThrowIfForeign(label);
        if (label.Slot is not null)
        {
            throw new ArgumentException($"The label '{label}' is placed already: use one label for each place.", nameof(label));
        }

        label.Slot = _slot;
    }

    /// <summary>Appends an existing instruction.</summary>
    /// <exception cref="ArgumentException">No kernel knows such an instruction.</exception>
    public void Emit(in Instruction instruction, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        if (InstructionDecoder.FindFault(instruction) is { } fault)
        {
            throw new ArgumentException($"This is not an instruction: {fault}.", nameof(instruction));
        }

        Emit(instruction, new SourceLocation(file, line));
    }

    /// <summary>Resolves the jumps and returns the program.</summary>
    /// <exception cref="AssemblyException">
    /// A label was used but never placed, the distance of a jump does not fit in 16 bits, or the program loads the address of a value of a map that is not an
    /// array with one entry.
    /// </exception>
    public BpfCode Assemble() => TryAssemble(null, out BpfCode? code, out int instruction, out string? reason)
        ? code
        : throw new AssemblyException($"{reason} (instruction {instruction}, {_locations[instruction]})");

    /// <param name="text">The text that the program was read from, if it was.</param>
    /// <param name="code">The program.</param>
    /// <param name="instruction">The number of the instruction that cannot be resolved.</param>
    /// <param name="reason">The reason.</param>
    internal bool TryAssemble(string? text, [NotNullWhen(true)] out BpfCode? code, out int instruction, [NotNullWhen(false)] out string? reason)
    {
        Instruction[] instructions = [.. _instructions];
        foreach ((int index, int slot, Label target) in _jumps)
        {
            ref Instruction jump = ref instructions[index];
            reason = target.Slot is { } targetSlot
                ? Resolve(ref jump, targetSlot - (slot + 1), target)
                : $"The label '{target}' is used, but never placed.";
            if (reason is not null)
            {
                code = null;
                instruction = index;
                return false;
            }
        }

        instruction = Array.FindIndex(instructions, HasNoValue);
        if (instruction >= 0)
        {
            code = null;
            reason = MapReference.FindFaultOfValue(_maps[(int)(uint)instructions[instruction].Immediate].Map) ?? "";
            return false;
        }

        code = new BpfCode(instructions, [.. _locations], [.. _maps], [.. _labels.Where(static l => l.Slot is not null)], text);
        instruction = 0;
        reason = null;
        return true;
    }

    /// <summary>Gets the instructions appended so far.</summary>
    internal IReadOnlyList<Instruction> Emitted => _instructions;

    internal SourceLocation LocationOf(int instruction) => _locations[instruction];

    internal Label AddLabel(string? name)
    {
        Label label = new(this, name);
        _labels.Add(label);
        return label;
    }

    /// <summary>Returns the number of a map in the program, and assigns one if it has none.</summary>
    internal int IndexOf(BpfMap map, string? name)
    {
        int index = _maps.FindIndex(reference => reference.Map == map);
        if (index < 0)
        {
            index = _maps.Count;
            _maps.Add(new MapReference(map, name));
        }

        return index;
    }

    /// <summary>Returns the map with a number, if there is one.</summary>
    internal BpfMap? MapAt(uint index) => index < (uint)_maps.Count ? _maps[(int)index].Map : null;

    internal void Emit(in Instruction instruction, SourceLocation location)
    {
        _instructions.Add(instruction);
        _locations.Add(location);
        _slot += instruction.Slots;
    }

    /// <summary>Appends an instruction whose distance is that to a label.</summary>
    internal void EmitJump(in Instruction instruction, Label label, SourceLocation location)
    {
        ThrowIfForeign(label);
        _jumps.Add((_instructions.Count, _slot, label));
        Emit(instruction, location);
    }

    /// <param name="jump">The instruction.</param>
    /// <param name="distance">The distance from the instruction's second slot.</param>
    /// <param name="target">The target.</param>
    /// <returns>The reason why it does not reach its target; null if it does.</returns>
    private static string? Resolve(ref Instruction jump, int distance, Label target)
    {
        if (jump.Opcode is Opcodes.Call or Opcodes.JumpLong or Opcodes.LoadImmediate64)
        {
            // In a reference to a function, the high half of the immediate is not a sign extension.
            jump = jump with { Immediate = jump.Opcode == Opcodes.LoadImmediate64 ? (uint)distance : distance };
            return null;
        }

        if (distance is < short.MinValue or > short.MaxValue)
        {
            return $"The jump to the label '{target}' is {distance} slots long, and 16 bits hold {short.MinValue} to {short.MaxValue}: "
                + $"use {nameof(JumpLong)} (gotol).";
        }

        jump = jump with { Offset = (short)distance };
        return null;
    }

    private bool HasNoValue(Instruction instruction) =>
        instruction is { Opcode: Opcodes.LoadImmediate64, Source.Number: Opcodes.PseudoMapIndexValue }
        && (uint)instruction.Immediate < (uint)_maps.Count
        && MapReference.FindFaultOfValue(_maps[(int)(uint)instruction.Immediate].Map) is not null;

    private void ThrowIfForeign(Label label)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (label.Owner != this)
        {
            throw new ArgumentException($"The label '{label}' was made by another assembler.", nameof(label));
        }
    }
}
