using Ebpf;
using Hops.Common.Interop;
using Hops.Common.Processes;

namespace Hops.Sharing;

/// <summary>
/// Verifies that only root can have created the file at a path: root must own each part of the path, and no other user may write to its folders.
/// </summary>
internal static class TrustedPath
{
    /// <param name="path">An absolute path without <c>.</c> and <c>..</c>.</param>
    /// <exception cref="SharingRefusedException">The file does not exist, or a user other than root could have created it.</exception>
    public static void Check(string path) => Check(path, endsInFolder: false);

    /// <inheritdoc cref="Check(string)"/>
    public static void CheckFolder(string path) => Check(path, endsInFolder: true);

    private static void Check(string path, bool endsInFolder)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int count = 0; count <= parts.Length; count++)
        {
            string part = "/" + string.Join('/', parts[..count]);
            if (!FileOwner.TryRead(part, out FileOwner owner, out Errno error))
            {
                throw error == Errno.ENOENT
                    ? SharingRefusedException.NotShared($"{part} is not there")
                    : new SharingRefusedException($"{part} cannot be looked at: {LibC.MessageOf(error)}", SharingRemedy.ForThisProcess);
            }

            // The file itself may be writable: a map and a socket are used by others.
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
                    ProcessStatus.ReadIsInInitialUserNamespace()
                        ? new HopRemedy(HopRemedyKind.InspectPath, part)
                        : new HopRemedy(HopRemedyKind.LeaveUserNamespace));
            }
        }
    }
}
