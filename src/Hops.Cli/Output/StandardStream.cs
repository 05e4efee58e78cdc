using System.Runtime.Versioning;
using Ebpf;
using Hops.Cli.Shell;
using Hops.Common.Interop;

namespace Hops.Cli.Output;

/// <summary>
/// Writes to standard output or error by write(2) alone. The console's stream hides that a pipe is closed, so a run of many targets would never end. A
/// <see cref="FileStream"/> has its own position and would overwrite what others write to the same file. This stream does not initialize the console
/// either, which takes a twentieth of the time of a measurement.
/// </summary>
/// <param name="descriptor">The number of the descriptor.</param>
/// <param name="isLossy">Whether to drop output that cannot be written.</param>
[UnsupportedOSPlatform("windows")]
internal sealed unsafe class StandardStream(int descriptor, bool isLossy = false) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">
    /// The reader has closed the pipe, the disk is full, or the stream was closed when the program started. <see cref="Exception.HResult"/> is the error
    /// number.
    /// </exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            Errno error = Errno.EBADF;
            nint written = 0;
            if (InheritedDescriptors.Has(descriptor))
            {
                fixed (byte* bytes = buffer)
                {
                    written = LibC.Write(descriptor, bytes, buffer.Length);
                }

                error = written < 0 ? LibC.LastError : Errno.None;
            }

            switch (error)
            {
                case Errno.None:
                    buffer = buffer[(int)written..];
                    break;
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    // Another process with the same terminal or pipe made it non-blocking, and it is full.
                    Thread.Sleep(1);
                    break;
                case var _ when isLossy:
                    return;
                default:
                    throw new IOException(LibC.MessageOf(error), (int)error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
