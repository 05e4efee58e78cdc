using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>Whose a process is: setresuid(2), setgroups(2). The C library has all threads do it, the kernel would only have the one.</content>
internal static unsafe partial class LibC
{
    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    public static partial int SetUsers(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    public static partial int SetGroups(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    public static partial int SetFurtherGroups(nuint count, uint* groups);
}
