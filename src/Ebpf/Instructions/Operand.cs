namespace Ebpf.Instructions;

/// <summary>
/// The right side of arithmetic or of a comparison: a 64-bit register, or a constant of 32 bits that is sign-extended to 64. Both convert to it by themselves.
/// </summary>
public readonly record struct Operand
{
    private Operand(Register? register, int immediate)
    {
        Register = register;
        Immediate = immediate;
    }

    /// <summary>The register, or null where the operand is <see cref="Immediate"/>.</summary>
    public Register? Register { get; }

    /// <summary>The constant.</summary>
    public int Immediate { get; }

    /// <summary>A register as an operand.</summary>
    public static implicit operator Operand(Register register) => FromRegister(register);

    /// <summary>A constant as an operand.</summary>
    public static implicit operator Operand(int immediate) => FromInt32(immediate);

    /// <summary>A register as an operand.</summary>
    public static Operand FromRegister(Register register) => new(register, 0);

    /// <summary>A constant as an operand.</summary>
    public static Operand FromInt32(int immediate) => new(null, immediate);
}
