using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hops.Common.Interop;

namespace Hops.Host.Tests.Guarding;

/// <summary>The ways to send a datagram of one byte: sendto(2); connect(2) and send(2); sendmmsg(2).</summary>
internal static partial class DatagramWays
{
    public static Func<Socket, IPEndPoint, bool>[] All { get; } =
    [
        static (socket, end) => socket.SendTo([1], end) == 1,
        static (socket, end) =>
        {
            socket.Connect(end);
            return socket.Send([1]) == 1;
        },
        SendSeveral,
    ];

    /// <summary>One message of sendmmsg(2).</summary>
    private static unsafe bool SendSeveral(Socket socket, IPEndPoint end)
    {
        byte data = 1;
        LibC.Buffer buffer = new() { Start = &data, Length = 1 };
        ReadOnlySpan<byte> address = end.Serialize().Buffer.Span[..end.Serialize().Size];
        fixed (byte* name = address)
        {
            SeveralMessages message = new() { Message = new() { Name = name, NameLength = (uint)address.Length, Buffers = &buffer, BufferCount = 1 } };
            return SendMessages(socket.SafeHandle, &message, 1, 0) == 1;
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static unsafe partial int SendMessages(SafeHandle socket, SeveralMessages* messages, uint count, int flags);

    /// <summary><c>struct mmsghdr</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SeveralMessages
    {
        public LibC.Message Message;
        public uint Sent;
    }
}
