using Ebpf.Maps;
using Op = Ebpf.Assembly.Opcode;

namespace Ebpf.Assembly;

/// <summary>
/// Writes a program, an instruction a call. With <c>using static Ebpf.Assembly.Register; using static Ebpf.Assembly.Width;</c> the calls read
/// like the kernel's notation: <c>asm.Load(R7, U32[R6 + 16])</c> is <c>r7 = *(u32 *)(r6 + 16)</c>.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9669.html"/>
public sealed partial class Assembler
{
    private readonly List<Instruction> _instructions = [];
    private readonly List<BpfMap> _maps = [];
    private readonly List<Label> _labels = [];
    private readonly List<(int Instruction, int Slot, Label Target)> _jumps = [];
    private int _slot;

    /// <summary>A label, to be placed with <see cref="Mark"/>.</summary>
    /// <param name="name">For listings and errors; <c>L0</c>, <c>L1</c> … unless given.</param>
    public Label NewLabel(string? name = null)
    {
        Label label = new(this, name ?? $"L{_labels.Count}");
        _labels.Add(label);
        return label;
    }

    /// <summary>Places a label before the next instruction.</summary>
    /// <exception cref="ArgumentException">The label is placed already, or is another assembler's.</exception>
    public void Mark(Label label)
    {
        ThrowIfForeign(label);
        if (label.Slot is not null)
        {
            throw new ArgumentException($"The label '{label}' is placed already: use one label for each place.", nameof(label));
        }

        label.Slot = _slot;
    }

    /// <summary><c>dst = *(width *)(base + offset)</c></summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    public void Load(Register destination, MemoryOperand source) =>
        Emit((byte)(Op.ClassLoadRegister | Op.ModeMemory | source.Width.Bits), destination, source.Address.Base, OffsetOf(source));

    /// <summary><c>*(width *)(base + offset) = src</c></summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    public void Store(MemoryOperand destination, Register source) =>
        Emit((byte)(Op.ClassStoreRegister | Op.ModeMemory | destination.Width.Bits), destination.Address.Base, source, OffsetOf(destination));

    /// <summary><c>*(width *)(base + offset) = immediate</c>, sign-extended to the width.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    public void Store(MemoryOperand destination, int immediate) =>
        Emit((byte)(Op.ClassStore | Op.ModeMemory | destination.Width.Bits), destination.Address.Base, default, OffsetOf(destination), immediate);

    /// <summary>
    /// <c>r0 = *(width *)skb[offset]</c>: from the packet, in host byte order; <c>r6</c> must hold the context. A load beyond the packet ends the
    /// program with 0. Destroys <c>r1</c> to <c>r5</c>.
    /// </summary>
    /// <param name="width">One, two or four bytes.</param>
    /// <param name="offset">From where the program's view of the packet starts, or from <see cref="Programs.SkBuff.NetworkHeader"/>.</param>
    /// <exception cref="ArgumentException">Packet loads of eight bytes do not exist.</exception>
    public void LoadPacket(Width width, int offset)
    {
        if (width == Width.U64)
        {
            throw new ArgumentException("A packet load moves one, two or four bytes.", nameof(width));
        }

        Emit((byte)(Op.ClassLoad | Op.ModePacket | width.Bits), default, default, 0, offset);
    }

    /// <summary><c>dst = immediate ll</c>: all 64 bits. Takes two slots.</summary>
    public void LoadImmediate(Register destination, long immediate) => Emit(Op.LoadImmediate64, destination, default, 0, immediate);

    /// <summary><c>dst = map[…]</c>: the map itself, as helpers expect it. Takes two slots.</summary>
    public void LoadMap(Register destination, BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        int index = _maps.IndexOf(map);
        if (index < 0)
        {
            index = _maps.Count;
            _maps.Add(map);
        }

        Emit(Op.LoadImmediate64, destination, new Register(Op.PseudoMapIndex), 0, index);
    }

    /// <summary>
    /// <c>r0 = cmpxchg_64(base + offset, r0, src)</c>: if the 64-bit word there equals <c>r0</c>, it becomes <c>src</c>, in one atomic step;
    /// in any case <c>r0</c> becomes what the word was. Linux 5.12.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    public void CompareExchange(Address address, Register source) =>
        Emit((byte)(Op.ClassStoreRegister | Op.ModeAtomic | Width.U64.Bits), address.Base, source, OffsetOf(Width.U64[address]), Op.AtomicCompareExchange);

    /// <summary><c>goto label</c></summary>
    /// <exception cref="ArgumentException">The label is another assembler's.</exception>
    public void Jump(Label label) => EmitJump(Op.Jump, default, default, 0, label);

    /// <summary><c>if left … right goto label</c>, written <c>asm.JumpIf(R0 != 0x12, label)</c>.</summary>
    /// <exception cref="ArgumentException">The label is another assembler's.</exception>
    public void JumpIf(Comparison comparison, Label label)
    {
        byte opcode = (byte)(Op.ClassJump | (byte)comparison.Condition);
        if (comparison.Right is { } right)
        {
            EmitJump((byte)(opcode | Op.SourceRegister), comparison.Left, right, 0, label);
        }
        else
        {
            EmitJump(opcode, comparison.Left, default, comparison.Immediate, label);
        }
    }

    /// <summary>Calls a function of the kernel with <c>r1</c> to <c>r5</c>; the result is in <c>r0</c>.</summary>
    public void Call(Helper helper) => Call((int)helper);

    /// <summary>Calls a function of the kernel by its number in <c>linux/bpf.h</c>.</summary>
    public void Call(int helper) => Emit(Op.Call, default, default, 0, helper);

    /// <summary>Ends the program; <c>r0</c> is its result.</summary>
    public void Exit() => Emit(Op.Exit, default, default);

    /// <summary>Resolves the jumps.</summary>
    /// <exception cref="AssemblyException">A label was used but never placed, or a jump is too far for 16 bits.</exception>
    public BpfCode Assemble()
    {
        Instruction[] instructions = [.. _instructions];
        foreach ((int index, int slot, Label target) in _jumps)
        {
            if (target.Slot is not { } targetSlot)
            {
                throw new AssemblyException($"The jump of instruction {index} goes to the label '{target}', which was never placed: call Mark for it.");
            }

            // A jump counts from the instruction after it.
            int offset = targetSlot - (slot + 1);
            if (offset is < short.MinValue or > short.MaxValue)
            {
                throw new AssemblyException($"The jump of instruction {index} to the label '{target}' is {offset} slots long; 16 bits hold {short.MinValue} to {short.MaxValue}.");
            }

            instructions[index] = instructions[index] with { Offset = (short)offset };
        }

        ILookup<int, string> labels = _labels.Where(static l => l.Slot is not null).ToLookup(static l => l.Slot!.Value, static l => l.Name);
        return new BpfCode(instructions, [.. _maps], labels);
    }

    private static short OffsetOf(MemoryOperand operand)
    {
        int offset = operand.Address.Offset;
        return offset is >= short.MinValue and <= short.MaxValue
            ? (short)offset
            : throw new ArgumentOutOfRangeException(nameof(operand), offset, $"An offset has 16 bits: {short.MinValue} to {short.MaxValue}. Add the rest to the register first.");
    }

    private void ThrowIfForeign(Label label)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (label.Owner != this)
        {
            throw new ArgumentException($"The label '{label}' was made by another assembler.", nameof(label));
        }
    }

    private void EmitJump(byte opcode, Register left, Register right, int immediate, Label label)
    {
        ThrowIfForeign(label);
        _jumps.Add((_instructions.Count, _slot, label));
        Emit(opcode, left, right, 0, immediate);
    }

    private void Emit(byte opcode, Register destination, Register source, short offset = 0, long immediate = 0)
    {
        Instruction instruction = new(opcode, destination, source, offset, immediate);
        _instructions.Add(instruction);
        _slot += instruction.Slots;
    }
}
