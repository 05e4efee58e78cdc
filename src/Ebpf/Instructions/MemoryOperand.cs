namespace Ebpf.Instructions;

/// <summary>A piece of memory that an instruction loads or stores. Written <c>U32[R6 + 16]</c>.</summary>
/// <param name="Width">How much.</param>
/// <param name="Address">Where.</param>
public readonly record struct MemoryOperand(Width Width, Address Address);
