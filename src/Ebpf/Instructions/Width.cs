namespace Ebpf.Instructions;

/// <summary>
/// Represents the number of bytes that an instruction loads or stores. Indexing it with an address gives a memory operand: <c>U32[R6 + 16]</c>.
/// </summary>
public readonly record struct Width
{
    internal const byte Mask = 0x18;

    internal Width(byte bits, bool isSigned = false)
    {
        Bits = bits;
        IsSigned = isSigned;
    }

    /// <summary>Gets the width of one byte, zero-extended when loaded.</summary>
    public static Width U8 => new(0x10);

    /// <summary>Gets the width of two bytes, zero-extended when loaded.</summary>
    public static Width U16 => new(0x08);

    /// <summary>Gets the width of four bytes, zero-extended when loaded.</summary>
    public static Width U32 => new(0x00);

    /// <summary>Gets the width of eight bytes.</summary>
    public static Width U64 => new(0x18);

    /// <summary>Gets the width of one byte, sign-extended. Loads only; Linux 6.6.</summary>
    public static Width S8 => new(0x10, isSigned: true);

    /// <summary>Gets the width of two bytes, sign-extended. Loads only; Linux 6.6.</summary>
    public static Width S16 => new(0x08, isSigned: true);

    /// <summary>Gets the width of four bytes, sign-extended. Loads only; Linux 6.6.</summary>
    public static Width S32 => new(0x00, isSigned: true);

    /// <summary>Gets a value indicating whether a load extends the sign.</summary>
    public bool IsSigned { get; }

    /// <summary>Gets the width in bits: 8, 16, 32 or 64.</summary>
    internal int Size => Bits switch { 0x10 => 8, 0x08 => 16, 0x00 => 32, _ => 64 };

    /// <summary>Gets the two bits of the opcode.</summary>
    internal byte Bits { get; }

    /// <summary>Gets the memory operand of this width at an address.</summary>
    /// <param name="address">A register, or a register plus or minus a constant.</param>
    public MemoryOperand this[Address address] => new(this, address);

    /// <summary>Returns the width in the kernel's notation: <c>u32</c>.</summary>
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
