using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hops.Datagrams;

/// <summary>One recvmsg(2).</summary>
internal static unsafe class Reception
{
    // A TTL takes 24 bytes; the rest is for options that others set on the socket.
    private const int ControlRoom = 256;

    /// <returns>False when there is nothing to receive.</returns>
    /// <exception cref="SocketException">What the kernel says.</exception>
    public static bool TryReceive(Socket socket, Span<byte> buffer, SocketAddress? sender, int flags, out Datagram datagram) =>
        TryReceive(socket, buffer, sender, stackalloc byte[ControlRoom], flags, out datagram);

    internal static bool TryReceive(Socket socket, Span<byte> buffer, SocketAddress? sender, Span<byte> control, int flags, out Datagram datagram)
    {
        SafeSocketHandle handle = socket.SafeHandle;
        Span<byte> name = sender is null ? default : sender.Buffer.Span;
        LibC.MessageHeader message;
        nint length;
        fixed (byte* bytes = buffer, controlBytes = control, nameBytes = name)
        {
            LibC.Buffer vector = new() { Start = bytes, Length = (nuint)buffer.Length };
            do
            {
                message = new()
                {
                    Name = nameBytes,
                    NameLength = (uint)name.Length,
                    Buffers = &vector,
                    BufferCount = 1,
                    Control = controlBytes,
                    ControlLength = (nuint)control.Length,
                };
                length = LibC.ReceiveMessage(handle, &message, flags);
            }
            while (length < 0 && Marshal.GetLastPInvokeError() == LibC.EINTR);
        }

        int error = Marshal.GetLastPInvokeError();
        // Disposing a socket ends a receive that is waiting, as if something empty had come.
        ObjectDisposedException.ThrowIf(handle.IsClosed, socket);
        datagram = default;
        if (length < 0)
        {
            return error == LibC.EAGAIN ? false : throw Failure(error);
        }

        if (sender is not null)
        {
            sender.Size = (int)message.NameLength;
        }

        byte ttl = ControlMessages.TtlOf(control[..(int)message.ControlLength]);
        datagram = new Datagram((int)length, (message.Flags & LibC.MsgTruncated) != 0, ttl == 0 ? null : new HopDistance(ttl));
        return true;
    }

    private static SocketException Failure(int errno)
    {
        SocketError error = LibC.ErrorOf(errno);
        return error == SocketError.SocketError ? new((int)error, $"Receiving a datagram failed (recvmsg: errno {errno})") : new((int)error);
    }
}
