namespace Ebpf.Programs;

/// <summary>How a run of <see cref="BpfProgram.Test"/> went.</summary>
/// <param name="ReturnValue">What the program returned.</param>
/// <param name="OutputLength">How long the packet was afterwards, in bytes: more than the room for it where it was cut off.</param>
/// <param name="ContextLength">How many bytes of context were written, or would have been with room for them.</param>
/// <param name="Nanoseconds">How long a run took, the average of all.</param>
/// <param name="Truncated">Whether the packet or the context did not fit: as much was written as did.</param>
public readonly record struct BpfTestResult(uint ReturnValue, int OutputLength, int ContextLength, uint Nanoseconds, bool Truncated);
