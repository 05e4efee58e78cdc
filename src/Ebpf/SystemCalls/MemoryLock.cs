using Hops.Common.Interop;

namespace Ebpf.SystemCalls;

/// <summary>
/// Before Linux 5.11 maps and programs count against <c>RLIMIT_MEMLOCK</c>, by default 64 KiB, and exceeding it is EPERM (since then they count against the
/// memory cgroup: kernel commit 97306be45fbe). An EPERM on such kernels is therefore retried once with a raised limit. Distributions backport the change; the
/// extra attempt has no effect there.
/// </summary>
internal static unsafe class MemoryLock
{
    private static readonly Version FirstWithCgroupAccounting = new(5, 11);

    public static bool Limits(Version kernel) => kernel < FirstWithCgroupAccounting;

    /// <summary>Returns whether <paramref name="errno"/> may mean that the limit was reached, and the limit was raised, so that a retry makes sense.</summary>
    public static bool RaisedAfter(Errno errno) =>
        errno == Errno.EPERM && Limits(Environment.OSVersion.Version) && TryRaise();

    /// <summary>Raises this process's limit as far as permitted: to unlimited with CAP_SYS_RESOURCE, otherwise to the hard limit.</summary>
    /// <returns>True if the limit is higher than before.</returns>
    public static bool TryRaise()
    {
        LibC.ResourceLimit before;
        if (LibC.GetResourceLimit(LibC.LimitOfLockedMemory, &before) != 0 || before.Soft == LibC.ResourceLimit.Infinity)
        {
            return false;
        }

        LibC.ResourceLimit unlimited = new() { Soft = LibC.ResourceLimit.Infinity, Hard = LibC.ResourceLimit.Infinity };
        if (LibC.SetResourceLimit(LibC.LimitOfLockedMemory, &unlimited) == 0)
        {
            return true;
        }

        LibC.ResourceLimit upToHard = new() { Soft = before.Hard, Hard = before.Hard };
        return before.Soft < before.Hard && LibC.SetResourceLimit(LibC.LimitOfLockedMemory, &upToHard) == 0;
    }
}
