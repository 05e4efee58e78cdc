namespace Ebpf.Instructions;

/// <summary>How much memory an instruction moves. Indexed with an address it is the operand: <c>U32[R6 + 16]</c>.</summary>
public readonly record struct Width
{
    internal const byte Mask = 0x18;

    internal Width(byte bits, bool isSigned = false)
    {
        Bits = bits;
        IsSigned = isSigned;
    }

    /// <summary>One byte, zero-extended when loaded.</summary>
    public static Width U8 => new(0x10);

    /// <summary>Two bytes, zero-extended when loaded.</summary>
    public static Width U16 => new(0x08);

    /// <summary>Four bytes, zero-extended when loaded.</summary>
    public static Width U32 => new(0x00);

    /// <summary>Eight bytes.</summary>
    public static Width U64 => new(0x18);

    /// <summary>One byte, sign-extended. Loads only; Linux 6.6.</summary>
    public static Width S8 => new(0x10, isSigned: true);

    /// <summary>Two bytes, sign-extended. Loads only; Linux 6.6.</summary>
    public static Width S16 => new(0x08, isSigned: true);

    /// <summary>Four bytes, sign-extended. Loads only; Linux 6.6.</summary>
    public static Width S32 => new(0x00, isSigned: true);

    /// <summary>Whether a load extends the sign.</summary>
    public bool IsSigned { get; }

    /// <summary>In bits: 8, 16, 32 or 64.</summary>
    internal int Size => Bits switch { 0x10 => 8, 0x08 => 16, 0x00 => 32, _ => 64 };

    /// <summary>The two bits of the opcode.</summary>
    internal byte Bits { get; }

    /// <summary>Memory of this width at an address.</summary>
    /// <param name="address">A register, or a register plus or minus a constant.</param>
    public MemoryOperand this[Address address] => new(this, address);

    /// <summary>As the kernel prints it: <c>u32</c>.</summary>
    public override string ToString() => (Bits, IsSigned) switch
    {
        (0x10, false) => "u8",
        (0x08, false) => "u16",
        (0x00, false) => "u32",
        (0x10, true) => "s8",
        (0x08, true) => "s16",
        (0x00, true) => "s32",
        _ => "u64",
    };
}
