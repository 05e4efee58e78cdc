using Ebpf.Links;
using Ebpf.Programs;
using Ebpf.Tests.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Links;

public sealed class CgroupAttachmentTests
{
    private const string SendNothing = "echo x >/dev/udp/127.0.0.1/9";

    [Fact]
    public void A_program_stays_attached_when_nobody_holds_it_and_goes_with_the_cgroup()
    {
        Requires.Root();
        using TemporaryCgroup above = TemporaryCgroup.Create();
        uint id;
        using (TemporaryCgroup cgroup = TemporaryCgroup.Create(above))
        {
            using (BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Code.Return(0), BpfAttachType.CgroupEgress))
            {
                CgroupAttachment.Attach(program, cgroup.Path, BpfAttachType.CgroupEgress);
                id = program.GetInfo().Id;
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Equal([id], CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupEgress).ProgramIds);
            Assert.Contains("Operation not permitted", cgroup.Run(SendNothing), StringComparison.Ordinal);
            Assert.Equal("", above.Run(SendNothing));
        }

        Assert.True(SpinWait.SpinUntil(() => !Exists(id), TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Others_stay_beside_it_and_it_can_be_detached()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram refuses = Code.Load(BpfProgramType.CgroupSkb, Code.Return(0), BpfAttachType.CgroupEgress);
        using BpfProgram allows = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1), BpfAttachType.CgroupEgress);
        using BpfLink link = CgroupLink.Attach(allows, cgroup.Path);
        CgroupAttachment.Attach(refuses, cgroup.Path, BpfAttachType.CgroupEgress);
        Assert.Equal(2, CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupEgress).ProgramIds.Count);
        Assert.Contains("Operation not permitted", cgroup.Run(SendNothing), StringComparison.Ordinal);
        CgroupAttachment.Detach(refuses, cgroup.Path, BpfAttachType.CgroupEgress);
        Assert.Equal("", cgroup.Run(SendNothing));
        BpfException again = Assert.Throws<BpfException>(() => CgroupAttachment.Detach(refuses, cgroup.Path, BpfAttachType.CgroupEgress));
        Assert.Contains("it is not attached there, or is attached by a link", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_attached_is_refused_with_a_reason()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1), BpfAttachType.CgroupEgress);
        Assert.Throws<ArgumentException>(() => CgroupAttachment.Attach(program, cgroup.Path, BpfAttachType.CgroupConnect4));
        BpfException elsewhere = Assert.Throws<BpfException>(() => CgroupAttachment.Attach(program, "/tmp", BpfAttachType.CgroupEgress));
        Assert.Contains("not a cgroup", elsewhere.Message, StringComparison.Ordinal);
        CgroupAttachment.Attach(program, cgroup.Path, BpfAttachType.CgroupEgress);
        BpfException twice = Assert.Throws<BpfException>(() => CgroupAttachment.Attach(program, cgroup.Path, BpfAttachType.CgroupEgress));
        Assert.Contains("it is attached there already", twice.Message, StringComparison.Ordinal);
    }

    private static bool Exists(uint id)
    {
        try
        {
            BpfProgram.OpenById(id).Dispose();
            return true;
        }
        catch (BpfException)
        {
            return false;
        }
    }
}
