using System.Globalization;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>
/// Makes the namespaces of an isolated program (namespaces(7)): the program sees no other processes, and has private folders for temporary files.
/// </summary>
public static class ProgramNamespaces
{
    private static readonly string[] ForAll = ["/tmp", "/var/tmp", "/dev/shm"];

    /// <summary>
    /// Returns a user ID that no other user has: 0x70000000, in a range that no distribution assigns (systemd's "Users, Groups, UIDs and GIDs"), plus the ID of
    /// the guarding process, which is unique while that runs.
    /// </summary>
    /// <param name="guard">The ID of the guarding process.</param>
    public static uint UserOf(int guard) => 0x7000_0000 + (uint)guard;

    /// <summary>
    /// Makes new process, mount and IPC namespaces. The next process that this thread starts is the first one in the process namespace. The thread must not
    /// create threads any more.
    /// </summary>
    /// <exception cref="ConfinementException">The kernel refused.</exception>
    public static void Make() => ConfinementException.ThrowIfFailed(
        "making namespaces", LibC.Unshare(LibC.CloneNewProcesses | LibC.CloneNewMounts | LibC.CloneNewIpc));

    /// <summary>
    /// Prepares the first process of the namespaces, which must call this first: mounts <c>/proc</c> and private folders for temporary files, and has the
    /// process killed when its guard ends.
    /// </summary>
    /// <param name="guard">The ID of the guard's process, which is the parent.</param>
    /// <exception cref="ConfinementException">The kernel refused, or the guard has ended.</exception>
    public static void Enter(int guard)
    {
        ConfinementException.ThrowIfFailed("tying the program to its guard", LibC.ControlProcess(LibC.SetParentDeathSignal, LibC.Kill));
        if (ParentOutside() != guard)
        {
            throw new ConfinementException("the program's guard has ended");
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
    /// The ID of the parent in the parent's namespace, from /proc, which is still that namespace's. In this namespace it would be 0.
    /// </summary>
    private static int ParentOutside()
    {
        // proc_pid_stat(5): the name is in parentheses, and may contain some; after it are the state and the parent.
        string status = File.ReadAllText("/proc/self/stat");
        return int.Parse(status[(status.LastIndexOf(')') + 1)..].Split(' ')[2], CultureInfo.InvariantCulture);
    }
}
