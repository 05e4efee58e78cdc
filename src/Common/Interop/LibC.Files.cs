using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>Files and mounts: statx(2), access(2), chmod(2), mount(2).</content>
internal static unsafe partial class LibC
{
    public const ulong MountNoSetUserId = 2;
    public const ulong MountNoDevices = 4;
    public const ulong MountNoExecute = 8;
    public const ulong MountRecursive = 16384;
    public const ulong MountPrivate = 1 << 18;
    public const int UnmountDetach = 2;
    public const int AccessExists = 0;
    public const int AccessWrite = 2;
    public const int AtCurrentDirectory = -100;
    public const int AtSymbolicLinkNoFollow = 0x100;
    public const int AtEmptyPath = 0x1000;
    public const uint StatxBasic = 0x7ff;

    // The system call, not statx(), which the C libraries have only since glibc 2.28 and musl 1.2.5.
    public static readonly nint StatxNumber = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 291 : 332;

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeMode(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    // Unlike File.Move, replaces an existing file atomically.
    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    /// <summary>Checks access with the rights of the real user, not of the effective one.</summary>
    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string type, ulong flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    /// <summary>The start of <c>struct statx</c>, whose layout is the same on all architectures.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileAttributes
    {
        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(24)]
        public uint GroupId;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;
    }
}
