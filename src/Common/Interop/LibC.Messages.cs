using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>Messages with control data: sendmsg(2), recvmsg(2), cmsg(3).</content>
internal static unsafe partial class LibC
{
    public const int ScmRights = 1;
    public const int MessageControlTruncated = 8;
    public const int MessageTruncated = 0x20;
    public const int MessageDoNotWait = 0x40;
    public const int MessageErrorQueue = 0x2000;
    public const int MessageNoSignal = 0x4000;
    public const int MessageCloseOnExec = 0x40000000;

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(SafeHandle socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(SafeHandle socket, Message* message, int flags);

    /// <summary><c>struct iovec</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public void* Start;
        public nuint Length;
    }

    /// <summary>
    /// <c>struct msghdr</c> of 64-bit Linux. musl has two counts as 32-bit numbers followed by padding; in the kernel and glibc they have 64 bits. On
    /// little-endian machines the bytes are the same for all counts that occur.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
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
