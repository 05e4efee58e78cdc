using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hops.Sharing;

/// <summary>What sharing a filter needs of the C library and .NET does not have. All of it exists in glibc and musl.</summary>
internal static unsafe partial class LibC
{
    public const int Enoent = 2;
    public const int Eintr = 4;
    public const int Ebadf = 9;
    public const int Eagain = 11;
    public const int Eacces = 13;
    public const int Eexist = 17;
    public const int Einval = 22;
    public const int Epipe = 32;
    public const int Enotsock = 88;
    public const int Eopnotsupp = 95;
    public const int Econnaborted = 103;
    public const int Econnreset = 104;
    public const int Econnrefused = 111;
    public const int OpenReadWrite = 2;
    public const int OpenCreate = 0x40;
    public const int OpenCloseOnExec = 0x80000;
    public const int LockExclusive = 2;
    public const int LockNotWaiting = 4;
    public const ulong MountNoSetUserId = 2;
    public const ulong MountNoDevices = 4;
    public const ulong MountNoExecute = 8;
    public const int UnmountDetach = 2;
    public const int AtCurrentDirectory = -100;
    public const int AtSymbolicLinkNoFollow = 0x100;
    public const uint StatxBasic = 0x7ff;
    public const int ScmRights = 1;
    public const int SolSocket = 1;
    public const int SoType = 3;
    public const int SoPeerCredentials = 17;
    public const int SoAcceptConnections = 30;
    public const int SoDomain = 39;
    public const int UnixDomain = 1;
    public const int StreamType = 1;
    public const int GetDescriptorFlags = 1;
    public const int CloseOnExec = 1;
    public const int MessageControlTruncated = 8;
    public const int MessageNoSignal = 0x4000;
    public const int MessageCloseOnExec = 0x40000000;
    public const int SocketNonBlocking = 0x800;
    public const int SocketCloseOnExec = 0x80000;
    public const int EventCloseOnExec = 0x80000;
    public const short PollIn = 1;
    public const int SoPassRights = 83;
    public const int ShutDownReceiving = 0;
    public const nuint BytesThatPeerHasNotRead = 0x5411;
    public const nuint BytesToRead = 0x541b;
    public const int LimitOfOpenFiles = 7;

    public static readonly nint StatxNumber = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 291 : 332;

    // Not statx(): the C libraries have it only since glibc 2.28 and musl 1.2.5. A variadic call passes such arguments like any other on x86-64 and arm64.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Statx(nint number, nint directory, string path, nint flags, nint mask, FileAttributes* attributes);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeMode(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    // Unlike File.Move, in one step over what is there.
    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    // .NET locks each file that it opens (FileShare), and knows a setting of the environment by which it locks none.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "getgrnam_r", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GroupByName(string name, Group* group, byte* buffer, nuint size, Group** found);

    [LibraryImport("libc", EntryPoint = "getgrgid_r")]
    public static partial int GroupById(uint id, Group* group, byte* buffer, nuint size, Group** found);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(SafeHandle socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(SafeHandle socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    public static partial int FileControl(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    public static partial int GetSocketOption(int descriptor, int level, int option, int* value, uint* length);

    // Without the client's address, of which nothing is wanted.
    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(SafeHandle listener, void* address, void* addressLength, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(SafeHandle socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(SafeHandle socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    public static partial int ShutDown(SafeHandle socket, int how);

    // Variadic, like syscall(2).
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeHandle descriptor, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeHandle descriptor, void* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetResourceLimit(int resource, ResourceLimit* limit);

    public static string LastError => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    /// <summary>The start of <c>struct statx</c>, whose layout is the same on all architectures.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileAttributes
    {
        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(24)]
        public uint GroupId;

        [FieldOffset(28)]
        public ushort Mode;
    }

    /// <summary><c>struct ucred</c>: who a process was when it connected or listened.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Credentials
    {
        public int ProcessId;
        public uint UserId;
        public uint GroupId;
    }

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary><c>struct rlimit</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }

    /// <summary><c>struct group</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Group
    {
        public byte* Name;
        public byte* Password;
        public uint Id;
        public byte** Members;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public void* Start;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c> of glibc. musl's has narrower lengths with padding behind them: the same on a little-endian machine.</summary>
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
