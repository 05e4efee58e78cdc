using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>The calls with which a thread changes its network namespace: namespaces(7).</content>
internal static partial class LibC
{
    public const int CloneNewNet = 0x40000000;

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(SafeHandle descriptor, int type);
}
