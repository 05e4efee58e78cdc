namespace Ebpf.Instructions;

/// <summary>
/// Represents the right side of arithmetic or of a comparison: a 64-bit register, or a constant of 32 bits that is sign-extended to 64. Both convert to it
/// implicitly.
/// </summary>
public readonly record struct Operand
{
    private Operand(Register? register, int immediate)
    {
        Register = register;
        Immediate = immediate;
    }

    /// <summary>Gets the register, or null if the operand is <see cref="Immediate"/>.</summary>
    public Register? Register { get; }

    /// <summary>Gets the constant.</summary>
    public int Immediate { get; }

    /// <summary>Converts a register to an operand.</summary>
    public static implicit operator Operand(Register register) => FromRegister(register);

    /// <summary>Converts a constant to an operand.</summary>
    public static implicit operator Operand(int immediate) => FromInt32(immediate);

    /// <summary>Converts a register to an operand.</summary>
    public static Operand FromRegister(Register register) => new(register, 0);

    /// <summary>Converts a constant to an operand.</summary>
    public static Operand FromInt32(int immediate) => new(null, immediate);
}
