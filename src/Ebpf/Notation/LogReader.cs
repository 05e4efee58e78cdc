using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ebpf.Instructions;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Reads a program from the verifier's log at level 2. The verifier prints each instruction each time that it checks it, in the order of verification, between
/// lines about states; newer kernels print all instructions first, with the live registers. The log must have the instruction of every slot: a missing slot is
/// an error, and so are two different instructions for one slot.
/// </summary>
internal sealed class LogReader(string log, IReadOnlyDictionary<string, BpfMap>? maps)
{
    // The verifier checks no more instructions than that.
    private const int LastSlot = 1_000_000;

    private readonly Dictionary<int, LogLine> _lines = [];
    private readonly ListingReader _listing = new(log, maps);

    public bool TryRead([NotNullWhen(true)] out BpfCode? code, [NotNullWhen(false)] out AssemblyError? error)
    {
        code = null;
        return TryCollect(out error) && TryReadInstructions(out error) && _listing.TryFinish(out code, out error) && IsWhole(ref code, out error);
    }

    private bool TryCollect([NotNullWhen(false)] out AssemblyError? error)
    {
        int number = 0;
        foreach (Range range in log.AsSpan().Split('\n'))
        {
            number++;
            (int offset, int length) = range.GetOffsetAndLength(log.Length);
            ReadOnlySpan<char> line = log.AsSpan(offset, length).TrimEnd('\r');
            if (!LogLine.TryFind(line, number, offset, out int slot, out LogLine found))
            {
                continue;
            }

            if (slot > LastSlot)
            {
                error = new(number, 1, "The slot number is too large for a program.", line.ToString());
                return false;
            }

            if (!_lines.TryGetValue(slot, out LogLine known))
            {
                _lines.Add(slot, found);
            }
            else if (!known.InstructionIn(log).SequenceEqual(found.InstructionIn(log)))
            {
                error = new(
                    number,
                    found.Start - offset + 1,
                    $"Slot {slot} has another instruction in line {known.Number}: this is not the log of one program.",
                    line.ToString());
                return false;
            }
            else if (!known.HasState && found.HasState)
            {
                _lines[slot] = found;
            }
        }

        error = _lines.Count > 0 ? null : new(1, 1, "There is no instruction in this log: request a log at level 2.", FirstLine());
        return error is null;
    }

    private bool TryReadInstructions([NotNullWhen(false)] out AssemblyError? error)
    {
        int last = _lines.Keys.Max();
        LogLine before = _lines[_lines.Keys.Min()];
        int count = 0;
        while (_listing.Assembler.Slot <= last)
        {
            int slot = _listing.Assembler.Slot;
            if (!_lines.TryGetValue(slot, out LogLine line))
            {
                error = Missing(slot, before);
                return false;
            }

            bool isRead = LogReferences.TryRead(_listing, line, log, out bool isReference, out error)
                && (isReference || _listing.TryReadLine(line.Number, line.In(log), line.Start - line.Offset, out error));
            if (!isRead && error is not null)
            {
                return false;
            }

            before = line;
            count++;
        }

        // The second slots of 64-bit loads have no instruction.
        error = null;
        if (count < _lines.Count)
        {
            HashSet<int> starts = [.. StartsOf(_listing.Assembler.Emitted)];
            LogLine within = _lines.Where(pair => !starts.Contains(pair.Key)).MinBy(static pair => pair.Key).Value;
            error = within.ErrorIn(log, "This slot is the second half of the instruction before: this is not the log of one program.");
        }

        return error is null;
    }

    /// <summary>Returns whether all targets of the instructions exist, so that no instruction is missing at the end.</summary>
    private bool IsWhole([NotNullWhen(true)] ref BpfCode? code, [NotNullWhen(false)] out AssemblyError? error)
    {
        error = null;
        HashSet<int> starts = [.. StartsOf(code!.Instructions)];
        int slot = 0;
        foreach (Instruction instruction in code.Instructions)
        {
            LogLine line = _lines[slot];
            int next = slot + instruction.Slots;
            bool ends = instruction.Opcode is Opcodes.Exit or Opcodes.Jump or Opcodes.JumpLong;
            long target = slot + 1 + (long)(instruction.Distance ?? 0);
            if (!ends && !starts.Contains(next))
            {
                error = Missing(next, line);
            }
            else if (instruction.Distance is not null && (target < 0 || !starts.Contains((int)target)))
            {
                error = Missing(target, line);
            }

            if (error is not null)
            {
                code = null;
                return false;
            }

            slot = next;
        }

        return true;
    }

    private AssemblyError Missing(long slot, LogLine near) => near.ErrorIn(
        log,
        string.Create(CultureInfo.InvariantCulture, $"Slot {slot} is missing in this log, and the program continues there after this instruction or near it. ")
            + "The verifier prints the instructions that it checks: none after an error, and no unreachable code.");

    private static IEnumerable<int> StartsOf(IEnumerable<Instruction> instructions)
    {
        int slot = 0;
        foreach (Instruction instruction in instructions)
        {
            yield return slot;
            slot += instruction.Slots;
        }
    }

    private string FirstLine() => log.AsSpan()[..(log.IndexOf('\n') is var end && end < 0 ? log.Length : end)].TrimEnd('\r').ToString();
}
