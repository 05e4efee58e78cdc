using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Programs;

public sealed class BpfProgramArrayTests
{
    private static readonly byte[] Frame = new byte[14 + 20];

    [Fact]
    public void A_tail_call_goes_on_with_the_program_at_that_place_or_returns()
    {
        Requires.Root();
        using BpfProgramArray array = BpfProgramArray.Create(4, "steps");
        using BpfProgram caller = Code.Load(BpfProgramType.SchedCls, Calling(array, 1));
        Assert.Equal(99u, caller.Test(Frame).ReturnValue);

        using (BpfProgram target = Code.Load(BpfProgramType.SchedCls, Code.Return(7), name: "seven"))
        {
            array.Set(1, target);
            Assert.True(array.TryGetProgramId(1, out uint id));
            Assert.Equal(target.GetInfo().Id, id);
        }

        // The array keeps the program that its descriptor no longer does.
        Assert.Equal(7u, caller.Test(Frame).ReturnValue);
        using (BpfProgram other = Code.Load(BpfProgramType.SchedCls, Code.Return(8)))
        {
            array.Set(1, other);
        }

        Assert.Equal(8u, caller.Test(Frame).ReturnValue);
        Assert.True(array.Remove(1));
        Assert.False(array.Remove(1));
        Assert.False(array.TryGetProgramId(1, out _));
        Assert.Equal(99u, caller.Test(Frame).ReturnValue);
    }

    [Fact]
    public void Programs_call_one_another_in_a_chain_up_to_the_kernels_limit()
    {
        Requires.Root();
        using BpfProgramArray array = BpfProgramArray.Create(1);
        using BpfMap<uint, ulong> counter = Code.Counter();
        using BpfProgram self = Code.Load(BpfProgramType.SchedCls, Assembler.Parse($"""
                    r6 = r1
                    r1 = {counter}[0]+0
                    r2 = 1
                    lock *(u64 *)(r1 + 0) += r2
                    r1 = r6
                    r2 = {array}
                    r3 = 0
                    call bpf_tail_call
                    r0 = 5
                    exit
            """));
        array.Set(0, self);
        Assert.Equal(5u, self.Test(Frame).ReturnValue);
        // MAX_TAIL_CALL_CNT: 33 calls, after the first run.
        Assert.Equal(34ul, counter[0]);
        // Otherwise the array and the program would keep each other alive.
        array.Remove(0);
    }

    [Fact]
    public void Closing_the_array_empties_it_and_a_pin_keeps_it()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfProgram target = Code.Load(BpfProgramType.SchedCls, Code.Return(7));
        BpfProgram caller;
        BpfProgram pinnedCaller;
        using (BpfProgramArray array = BpfProgramArray.Create(1))
        using (BpfProgramArray pinned = BpfProgramArray.Create(1, "pinned"))
        {
            array.Set(0, target);
            pinned.Set(0, target);
            pinned.Pin(pins.Pin("array"));
            caller = Code.Load(BpfProgramType.SchedCls, Calling(array, 0));
            pinnedCaller = Code.Load(BpfProgramType.SchedCls, Calling(pinned, 0));
        }

        using (caller)
        using (pinnedCaller)
        {
            // It happens a moment later, on a worker of the kernel's.
            Assert.True(SpinWait.SpinUntil(() => caller.Test(Frame).ReturnValue == 99, TimeSpan.FromSeconds(10)));
            Assert.Equal(7u, pinnedCaller.Test(Frame).ReturnValue);
            using BpfProgramArray again = BpfProgramArray.OpenPinned(pins.Pin("array"));
            Assert.Equal(("pinned", 1), (again.Name, again.MaxEntries));
            using BpfProgramArray byId = BpfProgramArray.OpenById(again.GetInfo().Id);
            Assert.True(byId.TryGetProgramId(0, out uint id));
            Assert.Equal(target.GetInfo().Id, id);
            Assert.Contains(
                "this BpfProgramArray needs type ProgramArray",
                Assert.Throws<BpfException>(() => OpenAnother(pins)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_does_not_fit_is_explained()
    {
        Requires.Root();
        using BpfProgramArray array = BpfProgramArray.Create(2, "steps");
        using BpfProgram first = Code.Load(BpfProgramType.SchedCls, Code.Return(0));
        using BpfProgram other = Code.Load(BpfProgramType.Xdp, Code.Return(2));
        array.Set(0, first);
        Assert.Equal(
            "Writing to the map 'steps' of type ProgramArray failed: the array belongs to programs of another type, or of another attach type "
            + "(bpf(BPF_MAP_UPDATE_ELEM): EINVAL)",
            Assert.Throws<BpfException>(() => array.Set(1, other)).Message);
        Assert.Contains("its keys are 0 to 1", Assert.Throws<BpfException>(() => array.Set(2, first)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "make it with BpfProgramArray.Create",
            Assert.Throws<ArgumentException>(static () => BpfMap.Create<uint, uint>(BpfMapType.ProgramArray, 1)).Message,
            StringComparison.Ordinal);
        first.Dispose();
        Assert.Throws<ObjectDisposedException>(() => array.Set(1, first));
    }

    private static void OpenAnother(BpfFileSystem pins)
    {
        using BpfMap<uint, ulong> counter = Code.Counter();
        counter.Pin(pins.Pin("counter"));
        BpfProgramArray.OpenPinned(pins.Pin("counter")).Dispose();
    }

    private static BpfCode Calling(BpfProgramArray array, int index) => Assembler.Parse($"""
                r2 = {array}
                r3 = {index}
                call bpf_tail_call
                r0 = 99
                exit
        """);
}
