using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>Folders of root's own that all users may search.</summary>
internal static class SharedFolder
{
    private const int FolderMode = 0x1ed; // 0755

    /// <summary>Makes a folder that all may search, or of a folder of root's one that all may search.</summary>
    /// <exception cref="SharingRefusedException">It cannot be made, or somebody else than root could have made it.</exception>
    public static void Make(string path)
    {
        if (LibC.MakeDirectory(path, FolderMode) != 0 && LibC.LastError != Errno.EEXIST)
        {
            throw new SharingRefusedException(
                $"making {path} failed: {LibC.LastErrorMessage}", new HopRemedy(HopRemedyKind.UseWritableFolder, Path.GetDirectoryName(path)!));
        }

        TrustedPath.CheckFolder(path);
        // What the umask may have taken away is given back: also where somebody was killed before they did that.
        if (FileOwner.TryRead(path, out FileOwner owner, out _) && (owner.Mode & FolderMode) != FolderMode && LibC.ChangeMode(path, FolderMode) != 0)
        {
            throw new SharingRefusedException(
                $"letting all users search {path} failed: {LibC.LastErrorMessage}", new HopRemedy(HopRemedyKind.UseWritableFolder, path));
        }
    }
}
