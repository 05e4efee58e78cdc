using Ebpf;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Host.Programs;

namespace Hops.Host.Watching;

/// <summary>Counts the watches that all processes of this host run now.</summary>
public static class AttachedWatches
{
    /// <summary>Returns how many watches are attached to the root of the control groups. Watches of a single cgroup are not counted.</summary>
    /// <returns>
    /// Null if this process does not have CAP_NET_ADMIN and CAP_SYS_ADMIN, or no hierarchy of control groups of version 2 is mounted.
    /// </returns>
    public static int? Count()
    {
        try
        {
            return CgroupPrograms.Query(CgroupHierarchy.Find().Root, BpfAttachType.CgroupSockOps).ProgramIds.Count(IsWatch);
        }
        catch (Exception e) when (e is BpfException or HostWatchUnavailableException or PlatformNotSupportedException or IOException
            or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsWatch(uint id)
    {
        try
        {
            using BpfProgram program = BpfProgram.OpenById(id);
            return program.GetInfo().Name == WatchPrograms.EstablishedName;
        }
        catch (BpfException e) when (e.Errno == Errno.ENOENT)
        {
            // The watch has ended meanwhile.
            return false;
        }
    }
}
