using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>Network interfaces: if_nametoindex(3).</content>
internal static unsafe partial class LibC
{
    public const int InterfaceNameSize = 16;

    /// <returns>0 if there is no interface with that name in this thread's network namespace.</returns>
    [LibraryImport("libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint InterfaceIndexOf(string name);

    /// <returns>Null if there is no such interface in this thread's network namespace.</returns>
    [LibraryImport("libc", EntryPoint = "if_indextoname", SetLastError = true)]
    public static partial byte* InterfaceNameOf(uint index, byte* name);
}
