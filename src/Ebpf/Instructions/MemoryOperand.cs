namespace Ebpf.Instructions;

/// <summary>Represents memory that an instruction loads or stores: <c>U32[R6 + 16]</c>.</summary>
/// <param name="Width">The number of bytes, and whether a load extends the sign.</param>
/// <param name="Address">The address.</param>
public readonly record struct MemoryOperand(Width Width, Address Address);
