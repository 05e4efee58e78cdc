using System.Diagnostics;
using System.Text;
using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary>One verification of a program, with a log.</summary>
/// <param name="Errno">The result. <see cref="Errno.ENOSPC"/>: the log did not fit, whether the program is refused or not.</param>
/// <param name="Log">The verifier's log; empty if the program was refused before the verification.</param>
internal readonly record struct VerifierPass(Errno Errno, string Log)
{
    // The verifier fails with EAGAIN when a signal is pending, and .NET's garbage collector sends signals. Each attempt may take as long as a verification, so
    // a time limit ends them, too.
    private const int Attempts = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Verifies a program and, if the kernel accepts it, loads it. The caller keeps the memory pinned that the attributes point to.</summary>
    /// <param name="attributes">The program.</param>
    /// <param name="level">The contents of the log.</param>
    /// <param name="buffer">The buffer for the log; empty for no log.</param>
    /// <param name="program">The program, or an invalid descriptor.</param>
    /// <param name="cancellationToken">Checked before each attempt: the kernel cannot be interrupted without a signal.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static unsafe VerifierPass Run(
        ref Bpf.ProgramLoadAttributes attributes,
        BpfLogLevel level,
        Span<byte> buffer,
        out FileDescriptor program,
        CancellationToken cancellationToken = default)
    {
        fixed (byte* pointer = buffer)
        {
            attributes.LogLevel = (uint)level;
            attributes.LogBuffer = (ulong)pointer;
            attributes.LogSize = (uint)buffer.Length;
            long start = Stopwatch.GetTimestamp();
            for (int attempt = 1; ; attempt++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!buffer.IsEmpty)
                {
                    // The kernel writes nothing if it refuses before the verification.
                    buffer[0] = 0;
                }

                Errno error = Bpf.ProgramLoad(ref attributes, out program);
                if (error != Errno.EAGAIN || attempt == Attempts || Stopwatch.GetElapsedTime(start) > Patience)
                {
                    int length = buffer.IndexOf((byte)0);
                    return new VerifierPass(error, Encoding.UTF8.GetString(length < 0 ? buffer : buffer[..length]));
                }
            }
        }
    }
}
