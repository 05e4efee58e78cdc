using System.Text;
using Hops.Common.Interop;

namespace Hops.Host.Watching;

/// <summary>The number of a file's inode, which statx(2) tells and .NET does not.</summary>
internal static class InodeNumber
{
    /// <returns>Null where there is no such file, or none that this process may see.</returns>
    public static unsafe ulong? Of(string path)
    {
        LibC.FileAttributes attributes;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            return LibC.SystemCall(LibC.StatxNumber, LibC.AtCurrentDirectory, name, LibC.AtSymbolicLinkNoFollow, (nint)LibC.StatxBasic, &attributes) == 0
                ? attributes.Inode
                : null;
        }
    }
}
