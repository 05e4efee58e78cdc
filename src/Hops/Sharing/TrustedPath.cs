using System.Runtime.InteropServices;

namespace Hops.Sharing;

/// <summary>Whether only root can have put there what lies at a path: each part of it must be root's, and nobody else may write to the folders.</summary>
internal static class TrustedPath
{
    private const int FolderMode = 0x1ed; // 0755

    /// <param name="path">An absolute path without <c>.</c> and <c>..</c>.</param>
    /// <exception cref="SharingRefusedException">It is not there, or somebody else could have put it there.</exception>
    public static void Check(string path) => Check(path, endsInFolder: false);

    /// <inheritdoc cref="Check(string)"/>
    public static void CheckFolder(string path) => Check(path, endsInFolder: true);

    /// <summary>Makes a folder that all may search, or of a folder of root's one that all may search.</summary>
    /// <exception cref="SharingRefusedException">It cannot be made, or somebody else than root could have made it.</exception>
    public static void MakeFolder(string path)
    {
        if (LibC.MakeDirectory(path, FolderMode) != 0 && Marshal.GetLastPInvokeError() != LibC.Eexist)
        {
            throw new SharingRefusedException($"making {path} failed: {LibC.LastError}", HowToWriteTo(Path.GetDirectoryName(path)!));
        }

        CheckFolder(path);
        // What the umask may have taken away is given back: also where somebody was killed before they did that.
        if (FileOwner.TryRead(path, out FileOwner owner, out _) && (owner.Mode & FolderMode) != FolderMode && LibC.ChangeMode(path, FolderMode) != 0)
        {
            throw new SharingRefusedException($"letting all users search {path} failed: {LibC.LastError}", HowToWriteTo(path));
        }
    }

    /// <summary>The remedy where root itself cannot write to a folder.</summary>
    public static string HowToWriteTo(string folder) => $"run it where root can write to {folder}; 'findmnt --target {folder}' shows what is mounted there";

    private static void Check(string path, bool endsInFolder)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int count = 0; count <= parts.Length; count++)
        {
            string part = "/" + string.Join('/', parts[..count]);
            if (!FileOwner.TryRead(part, out FileOwner owner, out int error))
            {
                throw error == LibC.Enoent
                    ? SharingRefusedException.NotShared($"{part} is not there")
                    : new SharingRefusedException($"{part} cannot be looked at: {Marshal.GetPInvokeErrorMessage(error)}", SharingRemedy.ForThisProcess);
            }

            // What is at the end may be written to: a map and a socket are meant to be used.
            bool isFolder = endsInFolder || count < parts.Length;
            string? mistake =
                owner.UserId != 0 ? $"it belongs to user {owner.UserId}, not to root (in a user namespace the host's root is not root)"
                : isFolder && owner.IsSymbolicLink ? "it is a symbolic link"
                : isFolder && (owner.IsWritableByGroup || owner.IsWritableByOthers) ? "others than root may write to it"
                : null;
            if (mistake is not null)
            {
                // No advice to remove it: it may be '/'.
                throw new SharingRefusedException(
                    $"{part} is not to be trusted: {mistake}",
                    UserNamespace.IsInitial ? $"find out who made it so ('ls -ld {part}'); when it is root's alone: sudo hops system enable" : SharingRemedy.OutsideOfUserNamespace);
            }
        }
    }
}
