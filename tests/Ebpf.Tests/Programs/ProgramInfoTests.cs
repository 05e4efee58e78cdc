using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Programs;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;

namespace Ebpf.Tests.Programs;

public sealed class ProgramInfoTests
{
    [Fact]
    public void Info_tells_what_was_loaded()
    {
        Requires.Root();
        using BpfMap<uint, ulong> first = Code.Counter();
        using BpfMap<uint, ulong> second = Code.Counter();
        Assembler asm = new();
        asm.LoadMap(R1, first);
        asm.LoadMap(R1, second);
        asm.Move(R0, 0);
        asm.Exit();
        BpfCode code = asm.Assemble();
        DateTimeOffset before = DateTimeOffset.UtcNow;
        using BpfProgram program = BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { Name = "two_maps", License = "Dual MIT/GPL" });
        using BpfProgram twin = BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { Name = "twin", License = "MIT" });

        BpfProgramInfo info = program.GetInfo();
        Assert.Equal((BpfProgramType.SocketFilter, "two_maps", 0u, true), (info.Type, info.Name, info.LoadedByUserId, info.IsGplCompatible));
        Assert.NotEqual(0u, info.Id);
        Assert.Matches("^[0-9a-f]{16}$", info.Tag);
        Assert.Equal(2, info.MapIds.Distinct().Count());
        // Two loads of 64 bits, a move, an exit: the verifier walks four, they take six slots.
        Assert.Equal(4, info.VerifiedInstructions);
        Assert.Equal(6 * 8, info.TranslatedLength);
        Assert.InRange(info.CompiledLength, 8, 1024);
        // Two clocks, the coarser of 4 ms.
        Assert.InRange(info.LoadedAt, before - TimeSpan.FromSeconds(1), DateTimeOffset.UtcNow + TimeSpan.FromSeconds(1));
        Assert.Equal(info.MapIds, twin.GetInfo().MapIds);
        Assert.False(twin.GetInfo().IsGplCompatible);
    }

    [Fact]
    public void Equal_code_has_equal_tags_and_other_code_has_others()
    {
        Requires.Root();
        using BpfProgram one = Code.Load(BpfProgramType.SocketFilter, Code.Return(1));
        using BpfProgram same = Code.Load(BpfProgramType.SocketFilter, Code.Return(1));
        using BpfProgram other = Code.Load(BpfProgramType.SocketFilter, Code.Return(2));
        Assert.Equal(one.GetInfo().Tag, same.GetInfo().Tag);
        Assert.NotEqual(one.GetInfo().Tag, other.GetInfo().Tag);
        Assert.Null(one.GetInfo().Name);
        Assert.Empty(one.GetInfo().MapIds);
    }

    [Fact]
    public void Runs_are_counted_while_statistics_are_kept()
    {
        Requires.Root();
        using BpfProgram program = Code.Load(BpfProgramType.SocketFilter, Code.Return(1));
        byte[] packet = new byte[64];
        using (BpfStatistics.Enable())
        {
            program.Test(packet, repeat: 100);
        }

        BpfProgramInfo info = program.GetInfo();
        Assert.Equal(100, info.RunCount);
        Assert.InRange(info.RunNanoseconds, 1, long.MaxValue);
    }

    [Fact]
    public void A_pinned_program_is_opened_by_its_pin_and_by_its_number()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        uint id;
        using (BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Code.Return(1), name: "pinned"))
        {
            program.Pin(pins.Pin("program"));
            id = program.GetInfo().Id;
            Assert.Contains(
                "the path exists already",
                Assert.Throws<BpfException>(() => program.Pin(pins.Pin("program"))).Message,
                StringComparison.Ordinal);
        }

        using (BpfProgram opened = BpfProgram.OpenPinned(pins.Pin("program"), BpfProgramType.CgroupSkb))
        using (BpfProgram byId = BpfProgram.OpenById(id))
        {
            Assert.Equal(("pinned", BpfProgramType.CgroupSkb, id), (opened.Name, opened.Type, opened.GetInfo().Id));
            Assert.Equal(opened.GetInfo().Tag, byId.GetInfo().Tag);
            Assert.Equal(1u, byId.Test(new byte[64]).ReturnValue);
        }

        Assert.Equal(
            $"Opening the program pinned at {pins.Pin("program")} failed: it is of type CgroupSkb, not SocketFilter (bpf(BPF_OBJ_GET): EINVAL)",
            Assert.Throws<BpfException>(() => BpfProgram.OpenPinned(pins.Pin("program"), BpfProgramType.SocketFilter)).Message);
        File.Delete(pins.Pin("program"));
        Assert.Equal(
            $"Opening program {id} failed: there is no program with that id (bpf(BPF_PROG_GET_FD_BY_ID): ENOENT)",
            Assert.Throws<BpfException>(() => BpfProgram.OpenById(id)).Message);
    }
}
