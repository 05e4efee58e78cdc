using System.Diagnostics;
using System.Text;
using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary>One verification of a program, with a log.</summary>
/// <param name="Errno">What the kernel answered. <see cref="Errno.ENOSPC"/>: the log did not fit, whether the program is refused or not.</param>
/// <param name="Log">What the verifier wrote; empty where the program was refused before the verifier came to it.</param>
internal readonly record struct VerifierPass(Errno Errno, string Log)
{
    // The verifier gives up with EAGAIN when a signal is pending, and .NET's garbage collector sends signals. Each of these attempts may last as long as a
    // verification, so time ends them, too.
    private const int Attempts = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Verifies and, where the kernel accepts it, loads a program. The caller keeps what the attributes point to in its place.</summary>
    /// <param name="attributes">The program.</param>
    /// <param name="level">What to log.</param>
    /// <param name="buffer">Where to; empty for no log.</param>
    /// <param name="program">The program, or an invalid descriptor.</param>
    /// <param name="cancellationToken">Looked at before each attempt: the kernel cannot be interrupted without a signal.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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
                    // The kernel writes nothing where it refuses before the verification.
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
