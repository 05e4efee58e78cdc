using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>Makes folders of root that all users may search.</summary>
internal static class SharedFolder
{
    private const int FolderMode = 0x1ed; // 0755

    /// <summary>Creates a folder that all users may search, or lets all users search an existing folder of root.</summary>
    /// <exception cref="SharingRefusedException">The folder cannot be created, or others than root could have created it.</exception>
    public static void Make(string path)
    {
        if (LibC.MakeDirectory(path, FolderMode) != 0 && LibC.LastError != Errno.EEXIST)
        {
            throw new SharingRefusedException(
                $"making {path} failed: {LibC.LastErrorMessage}", new HopRemedy(HopRemedyKind.UseWritableFolder, Path.GetDirectoryName(path)!));
        }

        TrustedPath.CheckFolder(path);
        // Adds the permissions that the umask took away, now or in a process that was killed before it could do so.
        if (FileOwner.TryRead(path, out FileOwner owner, out _) && (owner.Mode & FolderMode) != FolderMode && LibC.ChangeMode(path, FolderMode) != 0)
        {
            throw new SharingRefusedException(
                $"letting all users search {path} failed: {LibC.LastErrorMessage}", new HopRemedy(HopRemedyKind.UseWritableFolder, path));
        }
    }
}
