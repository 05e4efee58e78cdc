namespace Ebpf.Programs;

/// <summary>Represents the result of <see cref="BpfProgram.Test"/>.</summary>
/// <param name="ReturnValue">The program's return value.</param>
/// <param name="OutputLength">The length of the packet after the run, in bytes; larger than the buffer if the packet was truncated.</param>
/// <param name="ContextLength">The length of the context after the run, in bytes; larger than the buffer if the context was truncated.</param>
/// <param name="Nanoseconds">The average duration of a run.</param>
/// <param name="Truncated">True if the packet or the context did not fit into its buffer and was truncated.</param>
public readonly record struct BpfTestResult(uint ReturnValue, int OutputLength, int ContextLength, uint Nanoseconds, bool Truncated);
