using Ebpf.SystemCalls;
using Hops.Common.Interop;
using Hops.TestSupport;

namespace Ebpf.Tests.SystemCalls;

/// <summary>The limit is the process's, so the test puts back what it found.</summary>
public sealed unsafe class MemoryLockTests : IDisposable
{
    private const ulong DefaultOfOldKernels = 64 * 1024;

    private readonly LibC.ResourceLimit _before = Limit;

    private static LibC.ResourceLimit Limit
    {
        get
        {
            LibC.ResourceLimit limit = default;
            if (OperatingSystem.IsLinux())
            {
                Assert.Equal(0, LibC.GetResourceLimit(LibC.LimitOfLockedMemory, &limit));
            }

            return limit;
        }

        set => Assert.Equal(0, LibC.SetResourceLimit(LibC.LimitOfLockedMemory, &value));
    }

    public void Dispose()
    {
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
        {
            Limit = _before;
        }
    }

    [Fact]
    public void Without_CAP_SYS_RESOURCE_the_limit_rises_to_the_hard_one_and_no_further()
    {
        Requires.Root();
        // Only the soft limit: to raise the hard one again needs a capability that root may lack, too.
        Limit = new() { Soft = DefaultOfOldKernels, Hard = _before.Hard };
        TestThread.WithoutCapabilities(() =>
        {
            Assert.True(MemoryLock.TryRaise());
            Assert.Equal(_before.Hard, Limit.Soft);
            Assert.False(MemoryLock.TryRaise());
        });
    }
}
