using Hops.Common.Interop;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>
/// A file system of type bpf of our own. The usual one, <c>/sys/fs/bpf</c>, is closed to ordinary users on hosts with systemd (mode 0700), and elsewhere open
/// to all (1777), so that anyone may take a name in it.
/// </summary>
internal static class BpfMount
{
    /// <summary>Mounts it, unless it is mounted already.</summary>
    /// <returns>Whether it was mounted now.</returns>
    /// <exception cref="SharingRefusedException">The kernel refused.</exception>
    public static bool Make(string folder)
    {
        SharedFolder.Make(folder);
        if (IsMounted(folder))
        {
            return false;
        }

        if (LibC.Mount("bpf", folder, "bpf", LibC.MountNoSetUserId | LibC.MountNoDevices | LibC.MountNoExecute, "mode=0755") != 0)
        {
            throw new SharingRefusedException(
                $"mounting a file system of type bpf at {folder} failed: {LibC.LastErrorMessage}",
                HopRemedyKind.AllowMounting);
        }

        return true;
    }

    /// <summary>Unmounts it, with all that is in it. What processes use of it they keep.</summary>
    /// <exception cref="SharingRefusedException">The kernel refused.</exception>
    public static void Remove(string folder)
    {
        while (IsMounted(folder))
        {
            if (LibC.Unmount(folder, LibC.UnmountDetach) != 0)
            {
                throw new SharingRefusedException($"unmounting {folder} failed: {LibC.LastErrorMessage}", HopRemedyKind.AllowUnmounting);
            }
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>Whether a file system of type bpf is what one sees at a folder.</summary>
    private static bool IsMounted(string folder)
    {
        // proc_pid_mountinfo(5): '36 35 98:0 / /mnt rw - ext3 …'. The last mount on a folder hides those below.
        string? last = File.ReadLines("/proc/self/mountinfo").LastOrDefault(line => line.Split(' ') is { Length: > 4 } fields && fields[4] == folder);
        return last is not null && last.Contains(" - bpf ", StringComparison.Ordinal);
    }
}
