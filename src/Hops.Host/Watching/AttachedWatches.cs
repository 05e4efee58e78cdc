using Ebpf;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Host.Programs;

namespace Hops.Host.Watching;

/// <summary>The watches that run on this host now, of whatever process.</summary>
public static class AttachedWatches
{
    /// <summary>How many are attached to the root of the control groups. Those of a single cgroup are not counted.</summary>
    /// <returns>Null where this process may not look, which takes CAP_NET_ADMIN and CAP_SYS_ADMIN, or there are no control groups of version 2.</returns>
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
            // It has ended meanwhile.
            return false;
        }
    }
}
