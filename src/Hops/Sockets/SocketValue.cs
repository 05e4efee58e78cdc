using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hops.Common.Interop;

namespace Hops.Sockets;

/// <summary>Reads values of a socket with <c>getsockopt(2)</c>.</summary>
internal static class SocketValue
{
    /// <returns>How many bytes the kernel wrote, or -1: it refused, or the socket is closed.</returns>
    public static int Get(Socket socket, int level, int option, Span<byte> value) => Get(socket.SafeHandle, level, option, value);

    /// <inheritdoc cref="Get(Socket, int, int, Span{byte})"/>
    public static unsafe int Get(SafeHandle handle, int level, int option, Span<byte> value)
    {
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
                return LibC.GetSocketOption((int)handle.DangerousGetHandle(), level, option, bytes, &length) == 0 ? (int)length : -1;
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
}
