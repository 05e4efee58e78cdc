using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>
/// Users, and the user of a process: getpwnam(3), getgrouplist(3), setresuid(2), setgroups(2). The C library changes all threads; the system calls change only
/// the calling one.
/// </content>
internal static unsafe partial class LibC
{
    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    public static partial int SetUsers(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    public static partial int SetGroups(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    public static partial int SetFurtherGroups(nuint count, uint* groups);

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UserByName(string name, User* user, byte* buffer, nuint size, User** found);

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    public static partial int UserById(uint id, User* user, byte* buffer, nuint size, User** found);

    /// <param name="user">The user's name.</param>
    /// <param name="group">A group that is always included.</param>
    /// <param name="groups">Receives the groups.</param>
    /// <param name="count">The capacity; then the number of groups.</param>
    /// <returns>-1 if the capacity is too small.</returns>
    [LibraryImport("libc", EntryPoint = "getgrouplist")]
    public static partial int GroupsOf(byte* user, uint group, uint* groups, int* count);

    /// <summary><c>struct passwd</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct User
    {
        public byte* Name;
        public byte* Password;
        public uint Id;
        public uint GroupId;
        public byte* Comment;
        public byte* Home;
        public byte* Shell;
    }
}
