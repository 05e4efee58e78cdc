using Ebpf.Instructions;
using Ebpf.Programs;

namespace Hops.Benchmarks.TestRuns;

/// <summary>A socket filter that <c>BPF_PROG_TEST_RUN</c> runs many times in one system call, so that the time is the program's.</summary>
/// <param name="code">The program. It returns what <paramref name="expected"/> says.</param>
/// <param name="expected">What each run must return, as proof that it did its work.</param>
internal sealed class RepeatedProgram(BpfCode code, uint expected) : IDisposable
{
    // The kernel requires an Ethernet header and some content for a test run.
    private const int PacketLength = 64;

    private readonly byte[] _packet = new byte[PacketLength];

    public BpfProgram Program { get; } = BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { Name = "bench", License = "Dual MIT/GPL" });

    public void Run(int times)
    {
        uint returned = Program.Test(_packet, repeat: times).ReturnValue;
        if (returned != expected)
        {
            throw new InvalidOperationException($"A program of the benchmark returned {returned} instead of {expected}.");
        }
    }

    public void Dispose() => Program.Dispose();
}
