using System.Globalization;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>
/// Namespaces of an isolated program's own (namespaces(7)): it sees no other processes, and writes only to folders for temporary files that nobody else sees.
/// </summary>
public static class ProgramNamespaces
{
    private static readonly string[] ForAll = ["/tmp", "/var/tmp", "/dev/shm"];

    /// <summary>
    /// The number of a user that nobody else is: in a range that no distribution hands out (systemd's "Users, Groups, UIDs and GIDs"), by the number of the
    /// guarding process, which no other has while it runs.
    /// </summary>
    public static uint UserOf(int guard) => 0x7000_0000 + (uint)guard;

    /// <summary>
    /// The next process that this thread starts is the first one of a process namespace, and has mounts of its own. The thread must not make threads any more.
    /// </summary>
    /// <exception cref="ConfinementException">The kernel refused.</exception>
    public static void Make() => ConfinementException.ThrowIfFailed(
        "making namespaces", LibC.Unshare(LibC.CloneNewProcesses | LibC.CloneNewMounts | LibC.CloneNewIpc));

    /// <summary>What that process does first: mounts what only those in the namespaces see, and ends when its guard does.</summary>
    /// <param name="guard">The number of the guard's process, its parent.</param>
    /// <exception cref="ConfinementException">The kernel refused, or the guard has ended.</exception>
    public static void Enter(int guard)
    {
        ConfinementException.ThrowIfFailed("tying it to its guard", LibC.ControlProcess(LibC.SetParentDeathSignal, LibC.Kill));
        if (ParentOutside() != guard)
        {
            throw new ConfinementException("its guard has ended");
        }

        ConfinementException.ThrowIfFailed(
            "making mounts private", LibC.Mount("none", "/", "none", LibC.MountRecursive | LibC.MountPrivate, null));
        ulong plain = LibC.MountNoSetUserId | LibC.MountNoDevices;
        ConfinementException.ThrowIfFailed("mounting /proc", LibC.Mount("proc", "/proc", "proc", plain | LibC.MountNoExecute, null));
        foreach (string folder in ForAll)
        {
            if (Directory.Exists(folder))
            {
                ConfinementException.ThrowIfFailed($"mounting {folder}", LibC.Mount("tmpfs", folder, "tmpfs", plain, "mode=1777"));
            }
        }
    }

    /// <summary>
    /// The parent's number where that is: in this namespace, which it is not in, it is 0. The /proc that is mounted yet has the other's numbers.
    /// </summary>
    private static int ParentOutside()
    {
        // proc_pid_stat(5): the name is in parentheses, and may have some; behind it are the state and the parent.
        string status = File.ReadAllText("/proc/self/stat");
        return int.Parse(status[(status.LastIndexOf(')') + 1)..].Split(' ')[2], CultureInfo.InvariantCulture);
    }
}
