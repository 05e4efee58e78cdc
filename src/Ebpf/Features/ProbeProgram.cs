using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Features;

/// <summary>The result of loading a small program, which is unloaded at once.</summary>
/// <param name="Errno">The error that the kernel returned.</param>
/// <param name="Log">The verifier's log; empty if the program was refused before the verification.</param>
internal readonly record struct ProbeProgram(Errno Errno, string Log)
{
    // Enough for programs of ten instructions.
    private const int LogSize = 4096;

    /// <summary>Gets the verifier's last reason, or the empty string.</summary>
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

    // Some types need the expected attach type for loading.
    private static uint AttachTypeOf(BpfProgramType type) => (int)type switch
    {
        18 => 10, // BPF_CGROUP_INET4_CONNECT: it allows every helper that another attach type allows.
        25 => 22, // BPF_CGROUP_SETSOCKOPT: as above.
        30 => 36, // BPF_SK_LOOKUP
        32 => 45, // BPF_NETFILTER
        _ => 0,
    };

    private static unsafe ProbeProgram Load(BpfProgramType type, ReadOnlySpan<byte> code)
    {
        Span<byte> log = stackalloc byte[LogSize];
        fixed (byte* codePointer = code)
        // Some helpers need a licence that is compatible with the GPL.
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
