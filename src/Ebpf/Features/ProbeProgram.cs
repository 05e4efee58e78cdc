using System.Text;
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

    // As when a program is loaded in earnest: a signal that is pending ends the verification with EAGAIN.
    private const int Attempts = 10;

    /// <summary>The verifier's last word, or the empty string.</summary>
    public string Verdict => Log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .LastOrDefault(static line => !line.StartsWith("processed ", StringComparison.Ordinal)) ?? "";

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
        25 => 21, // BPF_CGROUP_GETSOCKOPT
        30 => 36, // BPF_SK_LOOKUP
        32 => 45, // BPF_NETFILTER
        _ => 0,
    };

    private static unsafe ProbeProgram Load(BpfProgramType type, ReadOnlySpan<byte> code)
    {
        byte[] log = new byte[LogSize];
        fixed (byte* codePointer = code)
        fixed (byte* logPointer = log)
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
                LogLevel = 1,
                LogBuffer = (ulong)logPointer,
                LogSize = LogSize,
            };

            Errno error = LoadOnce(ref attributes);
            for (int attempt = 1; attempt < Attempts && (error == Errno.EAGAIN || MemoryLock.RaisedAfter(error)); attempt++)
            {
                error = LoadOnce(ref attributes);
            }

            int length = log.AsSpan().IndexOf((byte)0);
            return new ProbeProgram(error, Encoding.UTF8.GetString(log, 0, length < 0 ? LogSize : length));
        }
    }

    private static Errno LoadOnce(ref Bpf.ProgramLoadAttributes attributes)
    {
        Errno error = Bpf.ProgramLoad(ref attributes, out FileDescriptor program);
        program.Dispose();
        return error;
    }
}
