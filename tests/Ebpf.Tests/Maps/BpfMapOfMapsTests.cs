using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class BpfMapOfMapsTests
{
    private static readonly byte[] Frame = new byte[14 + 20];

    [Theory]
    [InlineData(BpfMapType.ArrayOfMaps)]
    [InlineData(BpfMapType.HashOfMaps)]
    public void A_program_counts_in_the_map_that_is_there_now(BpfMapType type)
    {
        Requires.Root();
        using BpfMap<uint, ulong> first = Code.Counter();
        using BpfMap<uint, ulong> second = Code.Counter();
        using BpfMapOfMaps<uint> outer = BpfMap.CreateMapOfMaps<uint>(type, first, 4, "outer");
        using BpfProgram program = Code.Load(BpfProgramType.SchedCls, Assembler.Parse($"""
                    *(u32 *)(r10 - 4) = 2
                    r1 = {outer}
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    if r0 == 0 goto none
                    *(u32 *)(r10 - 4) = 0
                    r1 = r0
                    r2 = r10
                    r2 += -4
                    call bpf_map_lookup_elem
                    if r0 == 0 goto none
                    r1 = 1
                    lock *(u64 *)(r0 + 0) += r1
                    r0 = 1
                    exit
            none:   r0 = 0
                    exit
            """));
        Assert.Equal(0u, program.Test(Frame).ReturnValue);
        outer.Set(2, first);
        Assert.Equal(1u, program.Test(Frame).ReturnValue);
        Assert.True(outer.TryGetMapId(2, out uint id));
        Assert.Equal(first.GetInfo().Id, id);
        outer.Set(2, second);
        Assert.Equal(1u, program.Test(Frame).ReturnValue);
        Assert.Equal((1ul, 1ul), (first[0], second[0]));
        Assert.False(outer.TryAdd(2, first));
        Assert.Equal(type == BpfMapType.HashOfMaps, outer.TryAdd(3, first));
        Assert.True(outer.Remove(2));
        Assert.Equal(0u, program.Test(Frame).ReturnValue);
        Assert.False(outer.TryGetMapId(2, out _));
        Assert.Contains(outer.GetInfo().Id, type == BpfMapType.HashOfMaps ? BpfMapUsers.Of(first).MapsOfMaps : [outer.GetInfo().Id]);
    }

    [Fact]
    public void Maps_of_maps_and_of_sockets_are_opened_by_pin_and_by_id()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfMap<uint, ulong> inner = Code.Counter();
        using BpfMapOfMaps<ulong> outer = BpfMap.CreateMapOfMaps<ulong>(BpfMapType.HashOfMaps, inner, 4);
        using BpfSocketMap<uint> sockets = BpfMap.CreateSocketMap<uint>(BpfMapType.SockMap, 4);
        outer.Set(9, inner);
        outer.Pin(pins.Pin("outer"));
        sockets.Pin(pins.Pin("sockets"));
        using (BpfMapOfMaps<ulong> pinned = BpfMap.OpenPinnedMapOfMaps<ulong>(pins.Pin("outer")))
        using (BpfMapOfMaps<ulong> byId = BpfMap.OpenByIdMapOfMaps<ulong>(outer.GetInfo().Id))
        {
            Assert.True(pinned.TryGetMapId(9, out uint first) && byId.TryGetMapId(9, out uint second) && first == second);
        }

        using (BpfSocketMap<uint> pinned = BpfMap.OpenPinnedSocketMap<uint>(pins.Pin("sockets")))
        using (BpfSocketMap<uint> byId = BpfMap.OpenByIdSocketMap<uint>(sockets.GetInfo().Id))
        {
            Assert.Equal(pinned.GetInfo().Id, byId.GetInfo().Id);
        }

        Assert.Contains(
            "this BpfSocketMap needs type SockMap or SockHash or ReusePortSockArray",
            Assert.Throws<BpfException>(() => BpfMap.OpenPinnedSocketMap<uint>(pins.Pin("outer"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_that_differ_from_the_template_are_refused_with_the_reason()
    {
        Requires.Root();
        using BpfMap<uint, ulong> template = Code.Counter();
        using BpfMap<uint, uint> other = BpfMap.Create<uint, uint>(BpfMapType.Array, 1);
        using BpfMap<uint, ulong> longer = BpfMap.Create<uint, ulong>(BpfMapType.Array, 2);
        using BpfMapOfMaps<uint> outer = BpfMap.CreateMapOfMaps<uint>(BpfMapType.ArrayOfMaps, template, 2);
        foreach (BpfMap map in (BpfMap[])[other, longer])
        {
            Assert.Contains("the map is not like the template", Assert.Throws<BpfException>(() => outer.Set(0, map)).Message, StringComparison.Ordinal);
        }

        Assert.Contains("its keys are 0 to 1", Assert.Throws<BpfException>(() => outer.Set(2, template)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "maps of the template's type cannot be values of another map",
            Assert.Throws<BpfException>(() => BpfMap.CreateMapOfMaps<uint>(BpfMapType.ArrayOfMaps, outer, 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "the keys of an array are 32-bit numbers",
            Assert.Throws<BpfException>(() => BpfMap.CreateMapOfMaps<ulong>(BpfMapType.ArrayOfMaps, template, 1)).Message,
            StringComparison.Ordinal);
        using BpfMapOfMaps<ulong> hash = BpfMap.CreateMapOfMaps<ulong>(BpfMapType.HashOfMaps, template, 1);
        hash.Set(5, template);
        Assert.Contains("it is full with 1 entries", Assert.Throws<BpfException>(() => hash.Set(6, template)).Message, StringComparison.Ordinal);
    }
}
