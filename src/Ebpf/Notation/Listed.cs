using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>The parts of a listing before an instruction, besides the slot's number.</summary>
/// <param name="Opcode">The opcode that the kernel's tools print; null if there is none.</param>
/// <param name="Encoded">The instruction in the bytes that <c>llvm-objdump</c> prints; null if there are none.</param>
internal readonly record struct Listed(byte? Opcode, Instruction? Encoded);
