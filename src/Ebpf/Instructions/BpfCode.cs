using System.Diagnostics.CodeAnalysis;
using System.Text;
using Ebpf.Maps;
using Ebpf.SystemCalls;

namespace Ebpf.Instructions;

/// <summary>
/// Represents the code of a program: instructions, and the maps that they refer to by index. The code is independent of the kernel until
/// <see cref="Programs.BpfProgram.Load"/>, which fills in the maps' descriptors.
/// </summary>
public sealed class BpfCode
{
    private readonly Instruction[] _instructions;
    private readonly SourceLocation[] _locations;
    private readonly MapReference[] _maps;
    private readonly Label[] _labels;
    private readonly string? _text;

    internal BpfCode(Instruction[] instructions, SourceLocation[] locations, MapReference[] maps, Label[] labels, string? text)
    {
        _instructions = instructions;
        _locations = locations;
        _maps = maps;
        _labels = labels;
        _text = text;
    }

    /// <summary>Gets the instructions, in order.</summary>
    public IReadOnlyList<Instruction> Instructions => _instructions;

    /// <summary>Gets the maps, in the order of their indexes in the instructions.</summary>
    public IReadOnlyList<BpfMap> Maps => [.. _maps.Select(static map => map.Map)];

    /// <summary>Gets the number of slots of <see cref="Instruction.SlotSize"/> bytes that the instructions take.</summary>
    public int Slots => _instructions.Sum(static instruction => instruction.Slots);

    /// <summary>Decodes a program from its bytes in little-endian form.</summary>
    /// <exception cref="AssemblyException">The bytes are not a program: the message has the position and the reason.</exception>
    public static BpfCode Decode(ReadOnlySpan<byte> bytes) =>
        TryDecode(bytes, out BpfCode? code, out DecodingError error) ? code : throw new AssemblyException(error.ToString());

    /// <summary>Decodes a program from its bytes in little-endian form, without an exception.</summary>
    /// <param name="bytes">The bytes, all of which must be instructions.</param>
    /// <param name="code">The program.</param>
    /// <param name="error">The first position that is not an instruction, and the reason.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out BpfCode? code, out DecodingError error)
    {
        List<Instruction> instructions = new(bytes.Length / Instruction.SlotSize);
        int slot = 0;
        while (!bytes.IsEmpty)
        {
            if (!Instruction.TryDecode(bytes, out Instruction instruction, out string? reason))
            {
                code = null;
                error = new DecodingError(slot, reason);
                return false;
            }

            instructions.Add(instruction);
            slot += instruction.Slots;
            bytes = bytes[(instruction.Slots * Instruction.SlotSize)..];
        }

        code = new BpfCode([.. instructions], [], [], [], null);
        error = default;
        return true;
    }

    /// <summary>
    /// Returns the program's bytes in little-endian form. Maps are indexes (<c>BPF_PSEUDO_MAP_IDX</c>); a program that is loaded has their descriptors instead.
    /// </summary>
    public byte[] ToBytes() => Encode(_instructions);

    /// <summary>Returns the listing in the kernel's notation, with labels at the targets of jumps and maps by name. <c>Assembler.Parse</c> reads it.</summary>
    public override string ToString()
    {
        StringBuilder listing = new();
        ListingLabels labels = new(_instructions, _labels);
        int slot = 0;
        foreach (Instruction instruction in _instructions)
        {
            labels.AppendAt(slot, listing);
            string? target = instruction.Distance is { } distance ? labels.NameOf(slot + 1 + (long)distance) : null;
            listing.Append("        ");
            InstructionFormatter.Append(listing, instruction, target, NameOfMap(instruction));
            if (instruction is { Opcode: Opcodes.Call, Source.Number: 0 } && HelperNames.NameOf((int)instruction.Immediate) is { } helper)
            {
                listing.Append("  // ").Append(helper);
            }

            listing.Append('\n');
            slot += instruction.Slots;
        }

        labels.AppendAt(slot, listing);
        return listing.ToString();
    }

    /// <summary>Returns the bytes to load, with the maps' descriptors, which stay open until the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">A map was disposed.</exception>
    /// <exception cref="ArgumentException">The code refers to a map by an index that it does not have.</exception>
    internal Resolved Resolve() => new(this);

    /// <summary>Returns the source position and the text of the instruction at a slot; null if they are not known.</summary>
    internal string? DescribeSource(int slot)
    {
        int start = 0;
        for (int i = 0; i < _instructions.Length && start <= slot; i++)
        {
            if (start == slot)
            {
                string? written = i < _locations.Length && _text is not null ? _locations[i].In(_text) : null;
                string line = written ?? InstructionFormatter.Format(_instructions[i], map: NameOfMap(_instructions[i]));
                return i < _locations.Length ? $"{_locations[i]}: {line}" : $"instruction {i}: {line}";
            }

            start += _instructions[i].Slots;
        }

        return null;
    }

    /// <summary>Returns a map's name if no other map of the program has the same name.</summary>
    private string? NameOfMap(in Instruction instruction)
    {
        if (!RefersToMap(instruction) || (uint)instruction.Immediate >= (uint)_maps.Length)
        {
            return null;
        }

        string? name = _maps[(int)(uint)instruction.Immediate].Name;
        return name is not null && _maps.Count(map => map.Name == name) == 1 ? name : null;
    }

    private static bool RefersToMap(in Instruction instruction) =>
        instruction is { Opcode: Opcodes.LoadImmediate64, Source.Number: Opcodes.PseudoMapIndex or Opcodes.PseudoMapIndexValue };

    private static byte[] Encode(Instruction[] instructions)
    {
        byte[] bytes = new byte[instructions.Sum(static instruction => instruction.Slots) * Instruction.SlotSize];
        Span<byte> rest = bytes;
        foreach (Instruction instruction in instructions)
        {
            instruction.Encode(rest);
            rest = rest[(instruction.Slots * Instruction.SlotSize)..];
        }

        return bytes;
    }

    internal sealed class Resolved : IDisposable
    {
        private readonly List<FileDescriptor> _held = [];

        public Resolved(BpfCode code)
        {
            try
            {
                foreach ((BpfMap map, _) in code._maps)
                {
                    bool held = false;
                    map.Descriptor.DangerousAddRef(ref held);
                    _held.Add(map.Descriptor);
                }

                Bytes = Encode([.. code._instructions.Select(instruction => Resolve(instruction))]);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public byte[] Bytes { get; }

        public void Dispose()
        {
            _held.ForEach(static map => map.DangerousRelease());
            _held.Clear();
        }

        // Linux supports indexes of maps from 5.14 on, and descriptors in all versions.
        private Instruction Resolve(in Instruction instruction)
        {
            if (!RefersToMap(instruction))
            {
                return instruction;
            }

            uint index = (uint)instruction.Immediate;
            if (index >= _held.Count)
            {
                throw new ArgumentException(
                    $"The code refers to its map number {index}, and it has {_held.Count}: name the map, or give its descriptor (map[fd:N]).");
            }

            byte kind = instruction.Source.Number == Opcodes.PseudoMapIndex ? Opcodes.PseudoMapDescriptor : Opcodes.PseudoMapValue;
            long offset = instruction.Immediate >> 32 << 32;
            return instruction with { Source = new Register(kind), Immediate = offset | (uint)_held[(int)index].DangerousGetHandle() };
        }
    }
}
