using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hops.Sources;

/// <summary>What the kernel says of a socket: <c>getsockopt(2)</c> for values that are there at once.</summary>
internal static partial class SocketValue
{
    /// <returns>How many bytes the kernel wrote, or -1: it refused, or the socket is closed.</returns>
    public static unsafe int Get(Socket socket, int level, int option, Span<byte> value)
    {
        SafeSocketHandle handle = socket.SafeHandle;
        if (handle.IsClosed)
        {
            return -1;
        }

        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            uint length = (uint)value.Length;
            fixed (byte* bytes = value)
            {
                return GetSocketOption((int)handle.DangerousGetHandle(), level, option, bytes, &length) == 0 ? (int)length : -1;
            }
        }
        finally
        {
            if (isHeld)
            {
                handle.DangerousRelease();
            }
        }
    }

    // The kernel does not wait for it: at most for the socket's lock. So nobody has to be told that this thread is away, which is half of what .NET's own
    // call takes.
    [LibraryImport("libc", EntryPoint = "getsockopt")]
    [SuppressGCTransition]
    private static unsafe partial int GetSocketOption(int socket, int level, int option, void* value, uint* length);
}
