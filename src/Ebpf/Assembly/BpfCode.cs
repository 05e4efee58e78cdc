using System.Text;
using Ebpf.Kernel;
using Ebpf.Maps;
using Op = Ebpf.Assembly.Opcode;

namespace Ebpf.Assembly;

/// <summary>
/// An assembled program: instructions, and the maps that they refer to by their place in a list. It belongs to no process and no kernel
/// until it is loaded; then the maps' descriptors are filled in.
/// </summary>
public sealed class BpfCode
{
    private readonly Instruction[] _instructions;
    private readonly BpfMap[] _maps;
    private readonly ILookup<int, string> _labels;

    internal BpfCode(Instruction[] instructions, BpfMap[] maps, ILookup<int, string> labels)
    {
        _instructions = instructions;
        _maps = maps;
        _labels = labels;
    }

    /// <summary>The instructions, in order.</summary>
    public IReadOnlyList<Instruction> Instructions => _instructions;

    /// <summary>The maps, in the order of their numbers in the instructions.</summary>
    public IReadOnlyList<BpfMap> Maps => _maps;

    /// <summary>The listing in the kernel's notation, with labels at the targets of jumps and maps by name.</summary>
    public override string ToString()
    {
        StringBuilder listing = new();
        int slot = 0;
        foreach (Instruction instruction in _instructions)
        {
            AppendLabels(listing, slot);
            slot += instruction.Slots;
            string? target = IsJump(instruction) ? _labels[slot + instruction.Offset].FirstOrDefault() : null;
            string? map = instruction is { Opcode: Op.LoadImmediate64, Source.Number: Op.PseudoMapIndex } ? _maps[(int)instruction.Immediate].Name : null;
            listing.Append("        ").Append(InstructionFormatter.Format(instruction, target, map));
            if (instruction.Opcode == Op.Call && Enum.IsDefined((Helper)instruction.Immediate))
            {
                listing.Append("  // ").Append((Helper)instruction.Immediate);
            }

            listing.Append('\n');
        }

        AppendLabels(listing, slot);
        return listing.ToString();
    }

    /// <summary>The bytes to load, with the maps' descriptors. Until disposed, those stay open.</summary>
    /// <exception cref="ObjectDisposedException">A map was disposed.</exception>
    internal Resolved Resolve() => new(this);

    private static bool IsJump(in Instruction instruction) =>
        (instruction.Opcode & Op.ClassMask) == Op.ClassJump && instruction.Opcode is not (Op.Call or Op.Exit);

    private void AppendLabels(StringBuilder listing, int slot)
    {
        foreach (string label in _labels[slot])
        {
            listing.Append(label).Append(":\n");
        }
    }

    internal sealed class Resolved : IDisposable
    {
        private readonly List<FileDescriptor> _held = [];

        public Resolved(BpfCode code)
        {
            try
            {
                foreach (BpfMap map in code._maps)
                {
                    bool held = false;
                    map.Descriptor.DangerousAddRef(ref held);
                    _held.Add(map.Descriptor);
                }
            }
            catch
            {
                Dispose();
                throw;
            }

            Bytes = new byte[code._instructions.Sum(static i => i.Slots) * Instruction.SlotSize];
            Span<byte> rest = Bytes;
            foreach (Instruction instruction in code._instructions)
            {
                Resolve(instruction).Encode(rest);
                rest = rest[(instruction.Slots * Instruction.SlotSize)..];
            }
        }

        public byte[] Bytes { get; }

        public void Dispose()
        {
            _held.ForEach(static map => map.DangerousRelease());
            _held.Clear();
        }

        // Kernels know lists of maps from 5.14 on, descriptors from the beginning.
        private Instruction Resolve(in Instruction instruction) =>
            instruction is { Opcode: Op.LoadImmediate64, Source.Number: Op.PseudoMapIndex }
                ? instruction with { Source = new Register(Op.PseudoMapDescriptor), Immediate = _held[(int)instruction.Immediate].DangerousGetHandle() }
                : instruction;
    }
}
