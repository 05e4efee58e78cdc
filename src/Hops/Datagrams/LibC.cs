using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hops.Datagrams;

/// <summary>The call of the C library that receives a datagram together with what the kernel has to say of it.</summary>
internal static unsafe partial class LibC
{
    public const int MsgTruncated = 0x20;
    public const int MsgDoNotWait = 0x40;

    // asm-generic/errno.h
    public const int EPERM = 1;
    public const int EINTR = 4;
    public const int EBADF = 9;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EMSGSIZE = 90;
    public const int ENETDOWN = 100;
    public const int ENETUNREACH = 101;
    public const int ENOTCONN = 107;
    public const int ECONNREFUSED = 111;
    public const int EHOSTDOWN = 112;
    public const int EHOSTUNREACH = 113;

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(SafeHandle socket, MessageHeader* message, int flags);

    public static SocketError ErrorOf(int errno) => errno switch
    {
        EPERM or EACCES => SocketError.AccessDenied,
        EBADF => SocketError.OperationAborted,
        EAGAIN => SocketError.WouldBlock,
        EMSGSIZE => SocketError.MessageSize,
        ENETDOWN => SocketError.NetworkDown,
        ENETUNREACH => SocketError.NetworkUnreachable,
        ENOTCONN => SocketError.NotConnected,
        ECONNREFUSED => SocketError.ConnectionRefused,
        EHOSTDOWN => SocketError.HostDown,
        EHOSTUNREACH => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };

    /// <summary><c>struct iovec</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public void* Start;
        public nuint Length;
    }

    /// <summary>
    /// <c>struct msghdr</c> of 64-bit Linux. musl has two counts as 32-bit numbers with padding behind them where the kernel and glibc have 64 bits: on little-endian
    /// machines the same bytes for every count that occurs.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public Buffer* Buffers;
        public nuint BufferCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
