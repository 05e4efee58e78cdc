namespace Ebpf.Instructions;

/// <summary>Specifies the relation that a conditional jump tests. The values are the operation bits of its opcode (RFC 9669, section 4.3).</summary>
public enum Condition : byte
{
    /// <summary>Equal.</summary>
    Equal = 0x10,
    /// <summary>Greater, unsigned.</summary>
    Greater = 0x20,
    /// <summary>Greater or equal, unsigned.</summary>
    GreaterOrEqual = 0x30,
    /// <summary>Any of these bits is set.</summary>
    AnyBit = 0x40,
    /// <summary>Different.</summary>
    NotEqual = 0x50,
    /// <summary>Greater, signed.</summary>
    SignedGreater = 0x60,
    /// <summary>Greater or equal, signed.</summary>
    SignedGreaterOrEqual = 0x70,
    /// <summary>Less, unsigned. Linux 4.14.</summary>
    Less = 0xa0,
    /// <summary>Less or equal, unsigned. Linux 4.14.</summary>
    LessOrEqual = 0xb0,
    /// <summary>Less, signed. Linux 4.14.</summary>
    SignedLess = 0xc0,
    /// <summary>Less or equal, signed. Linux 4.14.</summary>
    SignedLessOrEqual = 0xd0,
}
