using System.Runtime.InteropServices;
using Ebpf;
using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Hops.Sharing;

/// <summary>A few bytes over a Unix socket, and beside them up to two descriptors.</summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/unix.7.html"/>
internal static unsafe class DescriptorMessage
{
    private const int Most = 2;

    /// <param name="socket">Connected.</param>
    /// <param name="content">At least a byte: without one the kernel sends no descriptors over a stream.</param>
    /// <param name="descriptors">Up to two.</param>
    /// <returns>Why it was not sent. EAGAIN also where a part was.</returns>
    /// <exception cref="ObjectDisposedException">A descriptor is closed.</exception>
    public static Errno Send(SafeHandle socket, ReadOnlySpan<byte> content, params ReadOnlySpan<SafeHandle> descriptors)
    {
        Control control = new()
        {
            Length = (nuint)(Control.HeaderSize + (descriptors.Length * sizeof(int))),
            Level = LibC.SolSocket,
            Type = LibC.ScmRights,
        };
        int held = 0;
        try
        {
            foreach (SafeHandle descriptor in descriptors)
            {
                bool isHeld = false;
                descriptor.DangerousAddRef(ref isHeld);
                control.Descriptors[held++] = (int)descriptor.DangerousGetHandle();
            }

            fixed (byte* bytes = content)
            {
                LibC.Buffer buffer = new() { Start = bytes, Length = (nuint)content.Length };
                LibC.Message message = new() { Buffers = &buffer, BufferCount = 1 };
                if (held > 0)
                {
                    message.Control = &control;
                    message.ControlLength = (nuint)sizeof(Control);
                }

                nint sent = LibC.SendMessage(socket, &message, LibC.MessageNoSignal);
                return sent == content.Length ? Errno.None : sent < 0 ? LibC.LastError : Errno.EAGAIN;
            }
        }
        finally
        {
            while (held > 0)
            {
                descriptors[--held].DangerousRelease();
            }
        }
    }

    /// <param name="socket">Connected.</param>
    /// <param name="content">Where to put the bytes.</param>
    /// <param name="descriptors">What came beside them: the caller's to close.</param>
    /// <param name="isTruncated">Whether more descriptors came, which the kernel has closed.</param>
    /// <param name="error">What the kernel said, where the result is negative.</param>
    /// <returns>What <c>recvmsg(2)</c> returns.</returns>
    public static nint Receive(SafeHandle socket, Span<byte> content, out SafeFileHandle[] descriptors, out bool isTruncated, out Errno error)
    {
        // Descriptors that have no room here are closed by the kernel, and the message says so.
        Control control = default;
        fixed (byte* bytes = content)
        {
            LibC.Buffer buffer = new() { Start = bytes, Length = (nuint)content.Length };
            LibC.Message message = new() { Buffers = &buffer, BufferCount = 1, Control = &control, ControlLength = (nuint)sizeof(Control) };
            nint length = LibC.ReceiveMessage(socket, &message, LibC.MessageCloseOnExec);
            error = length < 0 ? LibC.LastError : Errno.None;
            descriptors = length < 0 ? [] : Own(message, control);
            isTruncated = length >= 0 && (message.Flags & LibC.MessageControlTruncated) != 0;
            return length;
        }
    }

    private static SafeFileHandle[] Own(LibC.Message message, Control control)
    {
        if (message.ControlLength < (nuint)Control.HeaderSize || control.Level != LibC.SolSocket || control.Type != LibC.ScmRights)
        {
            return [];
        }

        SafeFileHandle[] all = new SafeFileHandle[Math.Min(((int)control.Length - Control.HeaderSize) / sizeof(int), Most)];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = new(control.Descriptors[i], ownsHandle: true);
        }

        return all;
    }

    /// <summary><c>struct cmsghdr</c> of 64-bit Linux and two descriptors.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Control
    {
        public const int HeaderSize = 16;

        public nuint Length;
        public int Level;
        public int Type;
        public fixed int Descriptors[Most];
    }
}
