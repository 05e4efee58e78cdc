namespace Ebpf.Instructions;

/// <summary>
/// Represents the right side of arithmetic or of a comparison: the low half of a register, or a constant of 32 bits. Both convert to it implicitly.
/// </summary>
public readonly record struct Operand32
{
    private Operand32(Register32? register, int immediate)
    {
        Register = register;
        Immediate = immediate;
    }

    /// <summary>Gets the register, or null if the operand is <see cref="Immediate"/>.</summary>
    public Register32? Register { get; }

    /// <summary>Gets the constant.</summary>
    public int Immediate { get; }

    /// <summary>Converts a register to an operand.</summary>
    public static implicit operator Operand32(Register32 register) => FromRegister32(register);

    /// <summary>Converts a constant to an operand.</summary>
    public static implicit operator Operand32(int immediate) => FromInt32(immediate);

    /// <summary>Converts a register to an operand.</summary>
    public static Operand32 FromRegister32(Register32 register) => new(register, 0);

    /// <summary>Converts a constant to an operand.</summary>
    public static Operand32 FromInt32(int immediate) => new(null, immediate);
}
