namespace Ebpf.Instructions;

/// <summary>Specifies the operation of an arithmetic instruction. The values are the operation bits of its opcode (RFC 9669, section 4.1).</summary>
internal enum AluOperation : byte
{
    /// <summary><c>dst += src</c></summary>
    Add = 0x00,
    /// <summary><c>dst -= src</c></summary>
    Subtract = 0x10,
    /// <summary><c>dst *= src</c></summary>
    Multiply = 0x20,
    /// <summary><c>dst /= src</c>, unsigned; division by zero gives 0.</summary>
    Divide = 0x30,
    /// <summary><c>dst |= src</c></summary>
    Or = 0x40,
    /// <summary><c>dst &amp;= src</c></summary>
    And = 0x50,
    /// <summary><c>dst &lt;&lt;= src</c></summary>
    ShiftLeft = 0x60,
    /// <summary><c>dst &gt;&gt;= src</c>, filling with zeros.</summary>
    ShiftRight = 0x70,
    /// <summary><c>dst %= src</c>, unsigned; modulo zero leaves <c>dst</c> unchanged.</summary>
    Modulo = 0x90,
    /// <summary><c>dst ^= src</c></summary>
    Xor = 0xa0,
    /// <summary><c>dst = src</c></summary>
    Move = 0xb0,
    /// <summary><c>dst s&gt;&gt;= src</c>, filling with the sign.</summary>
    ArithmeticShiftRight = 0xc0,
}
