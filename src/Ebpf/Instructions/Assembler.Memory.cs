using System.Runtime.CompilerServices;
using Ebpf.Contexts;
using Ebpf.Maps;

namespace Ebpf.Instructions;

/// <content>Loads and stores.</content>
public sealed partial class Assembler
{
    /// <summary><c>dst = *(width *)(base + offset)</c></summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    public void Load(Register destination, MemoryOperand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(
            new(
                (byte)(Opcodes.ClassLoadRegister | (source.Width.IsSigned ? Opcodes.ModeMemorySigned : Opcodes.ModeMemory) | source.Width.Bits),
                destination, source.Address.Base, OffsetOf(source), 0),
            new(file, line));

    /// <summary><c>*(width *)(base + offset) = src</c></summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is signed: only loads extend signs.</exception>
    public void Store(MemoryOperand destination, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(
            new(
                (byte)(Opcodes.ClassStoreRegister | Opcodes.ModeMemory | UnsignedBits(destination)),
                destination.Address.Base,
                source,
                OffsetOf(destination),
                0),
            new(file, line));

    /// <summary><c>*(width *)(base + offset) = immediate</c>: its low bits; in eight bytes, sign-extended.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is signed: only loads extend signs.</exception>
    public void Store(MemoryOperand destination, int immediate, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(
            new(
                (byte)(Opcodes.ClassStore | Opcodes.ModeMemory | UnsignedBits(destination)),
                destination.Address.Base,
                default,
                OffsetOf(destination),
                immediate),
            new(file, line));

    /// <summary>
    /// <c>r0 = *(width *)skb[offset]</c>: from the packet, in host byte order; <c>r6</c> must hold the context. A load beyond the packet ends the
    /// program with 0. Destroys <c>r1</c> to <c>r5</c>.
    /// </summary>
    /// <param name="width">One, two or four bytes.</param>
    /// <param name="offset">From where the program's view of the packet starts, or from <see cref="SkBuff.NetworkHeader"/>.</param>
    /// <param name="file">Left to the compiler.</param>
    /// <param name="line">Left to the compiler.</param>
    /// <exception cref="ArgumentException">It is another width.</exception>
    public void LoadPacket(Width width, int offset, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new((byte)(Opcodes.ClassLoad | Opcodes.ModePacket | PacketBits(width)), default, default, 0, offset), new(file, line));

    /// <summary>
    /// <c>r0 = *(width *)skb[index + offset]</c>: like <see cref="LoadPacket(Width, int, string?, int)"/>, with a register added to the offset.
    /// </summary>
    /// <param name="width">One, two or four bytes.</param>
    /// <param name="index">A register and a constant: <c>R7 + 4</c>.</param>
    /// <param name="file">Left to the compiler.</param>
    /// <param name="line">Left to the compiler.</param>
    /// <exception cref="ArgumentException">It is another width.</exception>
    public void LoadPacket(Width width, Address index, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new((byte)(Opcodes.ClassLoad | Opcodes.ModePacketIndirect | PacketBits(width)), default, index.Base, 0, index.Offset), new(file, line));

    /// <summary><c>dst = immediate ll</c>: all 64 bits. Takes two slots.</summary>
    public void LoadImmediate(Register destination, long immediate, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new(Opcodes.LoadImmediate64, destination, default, 0, immediate), new(file, line));

    /// <summary><c>dst = map[…]</c>: the map itself, as helpers expect it. Takes two slots.</summary>
    public void LoadMap(Register destination, BpfMap map, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new(Opcodes.LoadImmediate64, destination, new Register(Opcodes.PseudoMapIndex), 0, IndexOf(map)), new(file, line));

    /// <summary>
    /// <c>dst = map[…][0]+offset</c>: the address of an array's first value, or of a place in it, without a call. Takes two slots. Linux 5.2.
    /// </summary>
    /// <param name="destination">Where to.</param>
    /// <param name="map">An array with one entry: the kernel takes no other.</param>
    /// <param name="offset">In bytes, from the start of the first value.</param>
    /// <param name="file">Left to the compiler.</param>
    /// <param name="line">Left to the compiler.</param>
    /// <exception cref="ArgumentException">The map is no array with one entry.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    public void LoadMapValue(Register destination, BpfMap map, int offset = 0, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (MapReference.FindFaultOfValue(map) is { } fault)
        {
            throw new ArgumentException(fault, nameof(map));
        }

        Emit(new(Opcodes.LoadImmediate64, destination, new Register(Opcodes.PseudoMapIndexValue), 0, (long)offset << 32 | (uint)IndexOf(map)), new(file, line));
    }

    /// <summary>
    /// <c>dst = subprog[label]</c>: a function of this program, for helpers that call back. Takes two slots. Linux 5.13. The kernel takes it only in a program
    /// that is loaded with types (BTF) of its functions.
    /// </summary>
    /// <exception cref="ArgumentException">The label is another assembler's.</exception>
    public void LoadFunction(Register destination, Label function, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitJump(new(Opcodes.LoadImmediate64, destination, new Register(Opcodes.PseudoFunction), 0, 0), function, new(file, line));

    private int IndexOf(BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return IndexOf(map, map.Name);
    }

    private static byte UnsignedBits(MemoryOperand operand) =>
        operand.Width.IsSigned ? throw new ArgumentException($"Only loads extend signs: use U{operand.Width.Size}.", nameof(operand)) : operand.Width.Bits;

    private static byte PacketBits(Width width) => width == Width.U64 || width.IsSigned
        ? throw new ArgumentException("A packet load moves one, two or four bytes, unsigned.", nameof(width))
        : width.Bits;

    private static short OffsetOf(MemoryOperand operand)
    {
        int offset = operand.Address.Offset;
        return offset is >= short.MinValue and <= short.MaxValue
            ? (short)offset
            : throw new ArgumentOutOfRangeException(
                nameof(operand), offset, $"An offset has 16 bits: {short.MinValue} to {short.MaxValue}. Add the rest to the register first.");
    }
}
