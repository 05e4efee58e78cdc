using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hops.Sharing;

/// <summary>What sharing a filter needs of the C library and .NET does not have. All of it exists in glibc and musl.</summary>
internal static unsafe partial class LibC
{
    public const int Enoent = 2;
    public const int Ewouldblock = 11;
    public const int Eexist = 17;
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
