using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>What a listing has before an instruction, besides the slot's number.</summary>
/// <param name="Opcode">As the kernel's tools print it; null where there is none.</param>
/// <param name="Encoded">What the bytes are that <c>llvm-objdump</c> prints; null where there are none.</param>
internal readonly record struct Listed(byte? Opcode, Instruction? Encoded);
