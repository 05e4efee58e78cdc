using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;

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
        LibC.Message message;
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
            while (length < 0 && LibC.LastError == Errno.EINTR);
        }

        Errno error = LibC.LastError;
        // Disposing a socket ends a receive that is waiting, as if something empty had come.
        ObjectDisposedException.ThrowIf(handle.IsClosed, socket);
        datagram = default;
        if (length < 0)
        {
            return error == Errno.EAGAIN ? false : throw ReceiveError.Of(error);
        }

        if (sender is not null)
        {
            sender.Size = (int)message.NameLength;
        }

        byte ttl = ReceivedTtl.Of(control[..(int)message.ControlLength]);
        datagram = new Datagram((int)length, (message.Flags & LibC.MessageTruncated) != 0, ttl == 0 ? null : HopDistance.FromReceivedTtl(ttl));
        return true;
    }
}
