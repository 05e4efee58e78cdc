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
    /// <exception cref="ArgumentException">The width is signed, which only loads support.</exception>
    public void Store(MemoryOperand destination, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(
            new(
                (byte)(Opcodes.ClassStoreRegister | Opcodes.ModeMemory | UnsignedBits(destination)),
                destination.Address.Base,
                source,
                OffsetOf(destination),
                0),
            new(file, line));

    /// <summary><c>*(width *)(base + offset) = immediate</c>: stores the low bits of a constant; for eight bytes it is sign-extended.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not fit in 16 bits.</exception>
    /// <exception cref="ArgumentException">The width is signed, which only loads support.</exception>
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
    /// <c>r0 = *(width *)skb[offset]</c>: loads bytes of the packet into <c>r0</c> in host byte order. <c>r6</c> must hold the context. A load beyond the end
    /// of the packet ends the program with the result 0. Destroys <c>r1</c> to <c>r5</c>.
    /// </summary>
    /// <param name="width">One, two or four bytes.</param>
    /// <param name="offset">The offset in bytes from the start of the program's view of the packet, or from <see cref="SkBuff.NetworkHeader"/>.</param>
    /// <param name="file">The source file; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The width is another one.</exception>
    public void LoadPacket(Width width, int offset, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new((byte)(Opcodes.ClassLoad | Opcodes.ModePacket | PacketBits(width)), default, default, 0, offset), new(file, line));

    /// <summary>
    /// <c>r0 = *(width *)skb[index + offset]</c>: loads bytes of the packet as <see cref="LoadPacket(Width, int, string?, int)"/> does, with a register added
    /// to the offset.
    /// </summary>
    /// <param name="width">One, two or four bytes.</param>
    /// <param name="index">A register and a constant: <c>R7 + 4</c>.</param>
    /// <param name="file">The source file; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The width is another one.</exception>
    public void LoadPacket(Width width, Address index, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new((byte)(Opcodes.ClassLoad | Opcodes.ModePacketIndirect | PacketBits(width)), default, index.Base, 0, index.Offset), new(file, line));

    /// <summary><c>dst = immediate ll</c>: loads a 64-bit constant. Takes two slots.</summary>
    public void LoadImmediate(Register destination, long immediate, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new(Opcodes.LoadImmediate64, destination, default, 0, immediate), new(file, line));

    /// <summary><c>dst = map[…]</c>: loads a reference to a map, for helpers. Takes two slots.</summary>
    public void LoadMap(Register destination, BpfMap map, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new(Opcodes.LoadImmediate64, destination, new Register(Opcodes.PseudoMapIndex), 0, IndexOf(map)), new(file, line));

    /// <summary>
    /// <c>dst = map[…][0]+offset</c>: loads an address in the first value of an array, without a helper call. Takes two slots. Linux 5.2.
    /// </summary>
    /// <param name="destination">The register to write.</param>
    /// <param name="map">An array with one entry: the kernel accepts no other map.</param>
    /// <param name="offset">The offset in bytes from the start of the first value.</param>
    /// <param name="file">The source file; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The map is not an array with one entry.</exception>
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
    /// <c>dst = subprog[label]</c>: loads the address of a function of this program, for helpers with callbacks. Takes two slots. Linux 5.13. The kernel
    /// accepts it only in a program that is loaded with type information (BTF) for its functions.
    /// </summary>
    /// <exception cref="ArgumentException">The label belongs to another assembler.</exception>
    public void LoadFunction(Register destination, Label function, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitJump(new(Opcodes.LoadImmediate64, destination, new Register(Opcodes.PseudoFunction), 0, 0), function, new(file, line));

    private int IndexOf(BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return IndexOf(map, map.Name);
    }

    private static byte UnsignedBits(MemoryOperand operand) =>
        operand.Width.IsSigned
            ? throw new ArgumentException($"Signed widths are for loads only: use U{operand.Width.Size}.", nameof(operand))
            : operand.Width.Bits;

    private static byte PacketBits(Width width) => width == Width.U64 || width.IsSigned
        ? throw new ArgumentException("The width of a packet load must be U8, U16 or U32.", nameof(width))
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
