namespace Ebpf.Instructions;

/// <summary>A place in memory: where a register points, plus a constant. Written <c>R6 + 16</c>.</summary>
/// <param name="Base">The register that holds the pointer.</param>
/// <param name="Offset">In bytes, from -32,768 to 32,767.</param>
public readonly record struct Address(Register Base, int Offset)
{
    /// <summary>Where the register points.</summary>
    public static implicit operator Address(Register register) => FromRegister(register);

    /// <summary>Where the register points.</summary>
    public static Address FromRegister(Register register) => new(register, 0);
}
