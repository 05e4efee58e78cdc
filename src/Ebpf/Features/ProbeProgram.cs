using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Features;

/// <summary>Has the kernel verify a tiny program, throws the program away and keeps the answer.</summary>
/// <param name="Errno">What the kernel answered.</param>
/// <param name="Log">What the verifier said; empty where the program did not get that far.</param>
internal readonly record struct ProbeProgram(Errno Errno, string Log)
{
    // Enough for programs of ten instructions.
    private const int LogSize = 4096;

    /// <summary>The verifier's last word, or the empty string.</summary>
    public string Verdict => VerifierReport.Parse(Log).Reasons.LastOrDefault("");

    public static ProbeProgram Load(BpfProgramType type, params ReadOnlySpan<Instruction> code)
    {
        Span<byte> bytes = stackalloc byte[code.Length * Instruction.SlotSize];
        for (int i = 0; i < code.Length; i++)
        {
            code[i].Encode(bytes[(i * Instruction.SlotSize)..]);
        }

        return Load(type, bytes);
    }

    // Some types must say at the loading where they will be attached.
    private static uint AttachTypeOf(BpfProgramType type) => (int)type switch
    {
        18 => 10, // BPF_CGROUP_INET4_CONNECT: what is allowed anywhere is allowed there.
        25 => 22, // BPF_CGROUP_SETSOCKOPT: here, too.
        30 => 36, // BPF_SK_LOOKUP
        32 => 45, // BPF_NETFILTER
        _ => 0,
    };

    private static unsafe ProbeProgram Load(BpfProgramType type, ReadOnlySpan<byte> code)
    {
        Span<byte> log = stackalloc byte[LogSize];
        fixed (byte* codePointer = code)
        // Some helpers are for such licences only.
        fixed (byte* license = "GPL\0"u8)
        {
            Bpf.ProgramLoadAttributes attributes = new()
            {
                ProgramType = (uint)type,
                ExpectedAttachType = AttachTypeOf(type),
                Instructions = (ulong)codePointer,
                InstructionCount = (uint)(code.Length / Instruction.SlotSize),
                License = (ulong)license,
            };

            VerifierPass pass = VerifierPass.Run(ref attributes, BpfLogLevel.Path, log, out FileDescriptor program);
            if (MemoryLock.RaisedAfter(pass.Errno))
            {
                pass = VerifierPass.Run(ref attributes, BpfLogLevel.Path, log, out program);
            }

            program.Dispose();
            return new ProbeProgram(pass.Errno, pass.Log);
        }
    }
}
