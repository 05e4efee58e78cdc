using System.Text;
using Ebpf;
using Hops.Common.Interop;

namespace Hops.Sharing;

/// <summary>Who owns a file, who may do what with it, and the number of its inode (<c>statx(2)</c>). Of a symbolic link: the link's own.</summary>
internal readonly record struct FileOwner(uint UserId, uint GroupId, int Mode, ulong Inode)
{
    private const int TypeMask = 0xf000;
    private const int SymbolicLink = 0xa000;
    private const int Socket = 0xc000;
    private const int WritableByGroup = 0x10;
    private const int WritableByOthers = 0x2;

    public bool IsSymbolicLink => (Mode & TypeMask) == SymbolicLink;

    public bool IsSocket => (Mode & TypeMask) == Socket;

    public bool IsWritableByGroup => (Mode & WritableByGroup) != 0;

    public bool IsWritableByOthers => (Mode & WritableByOthers) != 0;

    /// <param name="path">An absolute path.</param>
    /// <param name="owner">The answer.</param>
    /// <param name="error">Why there is none.</param>
    public static unsafe bool TryRead(string path, out FileOwner owner, out Errno error)
    {
        LibC.FileAttributes attributes;
        bool found;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            found = LibC.SystemCall(LibC.StatxNumber, LibC.AtCurrentDirectory, name, LibC.AtSymbolicLinkNoFollow, (nint)LibC.StatxBasic, &attributes) == 0;
        }

        error = found ? Errno.None : LibC.LastError;
        owner = found ? new(attributes.UserId, attributes.GroupId, attributes.Mode, attributes.Inode) : default;
        return found;
    }
}
