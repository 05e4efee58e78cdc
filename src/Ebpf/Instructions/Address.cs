namespace Ebpf.Instructions;

/// <summary>Represents an address in memory, a register that holds a pointer plus a constant offset: <c>R6 + 16</c>.</summary>
/// <param name="Base">The register that holds the pointer.</param>
/// <param name="Offset">The offset in bytes, from -32,768 to 32,767.</param>
public readonly record struct Address(Register Base, int Offset)
{
    /// <summary>Creates the address that a register holds, with offset 0.</summary>
    public static implicit operator Address(Register register) => FromRegister(register);

    /// <summary>Creates the address that a register holds, with offset 0.</summary>
    public static Address FromRegister(Register register) => new(register, 0);
}
