using Ebpf.Maps;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Programs;

public sealed class BpfMapUsersTests
{
    [Fact]
    public void Programs_that_refer_to_a_map_are_found_as_long_as_they_are_there()
    {
        Requires.Root();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1);
        using BpfMap<uint, ulong> other = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1);
        using (BpfProgram program = BpfProgram.Load(BpfProgramType.SocketFilter, Code.CountAndReturn(map, 0), new() { Name = "counts", License = "MIT" }))
        {
            BpfProgramInfo user = Assert.Single(BpfMapUsers.Of(map).Programs);
            Assert.Equal((program.GetInfo().Id, "counts", BpfProgramType.SocketFilter), (user.Id, user.Name, user.Type));
            Assert.Empty(BpfMapUsers.Of(map).MapsOfMaps);
            Assert.Empty(BpfMapUsers.Of(other).Programs);
        }

        Assert.Empty(BpfMapUsers.Of(map).Programs);
    }

    [Fact]
    public void Looking_needs_CAP_SYS_ADMIN()
    {
        Requires.Root();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1);
        TestThread.WithCapabilities(1UL << 39, () => Assert.Equal(Errno.EPERM, Assert.Throws<BpfException>(() => BpfMapUsers.Of(map)).Errno));
    }
}
