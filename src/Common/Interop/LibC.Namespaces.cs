using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>The calls with which a thread changes its namespaces: namespaces(7).</content>
internal static partial class LibC
{
    public const int CloneNewMounts = 0x20000;
    public const int CloneNewIpc = 0x8000000;
    public const int CloneNewProcesses = 0x20000000;
    public const int CloneNewNet = 0x40000000;

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(SafeHandle descriptor, int type);
}
