using Hops.Common.Interop;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>
/// Mounts a separate file system of type bpf. The usual one, <c>/sys/fs/bpf</c>, is closed to ordinary users on hosts with systemd (mode 0700), and elsewhere
/// writable for all (1777), so that any user could take a name in it.
/// </summary>
internal static class BpfMount
{
    /// <summary>Mounts the file system, unless it is mounted already.</summary>
    /// <returns>Whether this call mounted it.</returns>
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

    /// <summary>Unmounts the file system, which removes all pins. Processes keep the objects that they have opened.</summary>
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

    /// <summary>Whether the topmost file system at a folder is of type bpf.</summary>
    private static bool IsMounted(string folder)
    {
        // proc_pid_mountinfo(5): '36 35 98:0 / /mnt rw - ext3 …'. The last mount on a folder hides those below.
        string? last = File.ReadLines("/proc/self/mountinfo").LastOrDefault(line => line.Split(' ') is { Length: > 4 } fields && fields[4] == folder);
        return last is not null && last.Contains(" - bpf ", StringComparison.Ordinal);
    }
}
