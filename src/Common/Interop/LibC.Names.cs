using System.Runtime.InteropServices;

namespace Hops.Common.Interop;

/// <content>Names of addresses: getnameinfo(3).</content>
internal static unsafe partial class LibC
{
    /// <summary>NI_MAXHOST: the maximum length of a name with its terminating zero.</summary>
    public const int LongestHost = 1025;

    /// <summary>NI_NAMEREQD: an address without a name is an error.</summary>
    public const int NameRequired = 8;

    [LibraryImport("libc", EntryPoint = "getnameinfo")]
    public static partial int NameOf(byte* address, uint addressLength, byte* host, uint hostLength, byte* service, uint serviceLength, int flags);
}
