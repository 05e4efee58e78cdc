using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>syscall(2), for calls that not every C library has.</content>
internal static unsafe partial class LibC
{
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint first, void* second, nint third, nint fourth = 0, void* fifth = null);
}
