namespace Ebpf.Assembly;

/// <summary>How much memory an instruction moves. Indexed with an address it is the operand: <c>U32[R6 + 16]</c>.</summary>
public readonly record struct Width
{
    internal const byte Mask = 0x18;

    internal Width(byte bits) => Bits = bits;

    /// <summary>One byte, zero-extended when loaded.</summary>
    public static Width U8 => new(0x10);

    /// <summary>Two bytes, zero-extended when loaded.</summary>
    public static Width U16 => new(0x08);

    /// <summary>Four bytes, zero-extended when loaded.</summary>
    public static Width U32 => new(0x00);

    /// <summary>Eight bytes.</summary>
    public static Width U64 => new(0x18);

    /// <summary>The two bits of the opcode.</summary>
    internal byte Bits { get; }

    /// <summary>Memory of this width at an address.</summary>
    /// <param name="address">A register, or a register plus or minus a constant.</param>
    public MemoryOperand this[Address address] => new(this, address);

    /// <summary>As the kernel prints it: <c>u32</c>.</summary>
    public override string ToString() => Bits switch
    {
        0x10 => "u8",
        0x08 => "u16",
        0x00 => "u32",
        _ => "u64",
    };
}
