using System.Text;
using Ebpf;
using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Hops.Sharing;

/// <summary>
/// The owner and the permissions of a file, the number of its inode, and the number of its names (<c>statx(2)</c>); for a symbolic link, those of the link.
/// </summary>
internal readonly record struct FileOwner(uint UserId, uint GroupId, int Mode, ulong Inode, uint Links)
{
    private const int TypeMask = 0xf000;
    private const int SymbolicLink = 0xa000;
    private const int Socket = 0xc000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int Pipe = 0x1000;
    private const int CharacterDevice = 0x2000;
    private const int BlockDevice = 0x6000;
    private const int Sticky = 0x200;
    private const int WritableByGroup = 0x10;
    private const int WritableByOthers = 0x2;

    public bool IsSymbolicLink => (Mode & TypeMask) == SymbolicLink;

    public bool IsSocket => (Mode & TypeMask) == Socket;

    public bool IsFolder => (Mode & TypeMask) == Folder;

    public bool IsRegular => (Mode & TypeMask) == Regular;

    /// <summary>A file, a pipe or a device. Descriptors of what has no place in a file system, such as an io_uring, are of no type.</summary>
    public bool IsData => (Mode & TypeMask) is Regular or Pipe or CharacterDevice or BlockDevice;

    /// <summary>Of a folder: only the owners of what is in it may rename and remove that.</summary>
    public bool IsSticky => (Mode & Sticky) != 0;

    public bool IsWritableByGroup => (Mode & WritableByGroup) != 0;

    public bool IsWritableByOthers => (Mode & WritableByOthers) != 0;

    /// <param name="path">An absolute path.</param>
    /// <param name="owner">The answer.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryRead(string path, out FileOwner owner, out Errno error) =>
        TryRead(LibC.AtCurrentDirectory, path, LibC.AtSymbolicLinkNoFollow, out owner, out error);

    /// <summary>Of a file that is open.</summary>
    public static bool TryRead(SafeFileHandle file, out FileOwner owner, out Errno error)
    {
        bool isAdded = false;
        try
        {
            file.DangerousAddRef(ref isAdded);
            return TryRead((int)file.DangerousGetHandle(), "", LibC.AtEmptyPath, out owner, out error);
        }
        finally
        {
            if (isAdded)
            {
                file.DangerousRelease();
            }
        }
    }

    private static unsafe bool TryRead(int folder, string path, int flags, out FileOwner owner, out Errno error)
    {
        LibC.FileAttributes attributes;
        bool found;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            found = LibC.SystemCall(LibC.StatxNumber, folder, name, flags, (nint)LibC.StatxBasic, &attributes) == 0;
        }

        error = found ? Errno.None : LibC.LastError;
        owner = found ? new(attributes.UserId, attributes.GroupId, attributes.Mode, attributes.Inode, attributes.Links) : default;
        return found;
    }
}
