using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class BpfMapPinTests
{
    [Fact]
    public void A_pinned_map_outlives_its_maker()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        uint id;
        using (BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Hash, 4, name: "kept"))
        {
            map[1] = 100;
            map.Pin(pins.Pin("map"));
            id = map.GetInfo().Id;
            Assert.Equal(Errno.EEXIST, Assert.Throws<BpfException>(() => map.Pin(pins.Pin("map"))).Errno);
        }

        using (BpfMap<uint, ulong> again = BpfMap.OpenPinned<uint, ulong>(pins.Pin("map")))
        {
            Assert.Equal(("kept", BpfMapType.Hash, 4, BpfMapAccess.ReadWrite), (again.Name, again.Type, again.MaxEntries, again.Access));
            Assert.Equal(100ul, again[1]);
            again[2] = 200;
        }

        using BpfMap<uint, ulong> byId = BpfMap.OpenById<uint, ulong>(id);
        Assert.Equal(200ul, byId[2]);
        Assert.Equal(id, byId.GetInfo().Id);
    }

    [Fact]
    public void Per_CPU_maps_and_ring_buffers_are_pinned_too()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfPerCpuMap<uint, ulong> map = BpfMap.CreatePerCpu<uint, ulong>(BpfMapType.PerCpuArray, 1);
        map.Pin(pins.Pin("percpu"));
        ulong[] values = [.. Enumerable.Range(7, map.ProcessorCount).Select(static i => (ulong)i)];
        using BpfPerCpuMap<uint, ulong> mapByPin = BpfMap.OpenPinnedPerCpu<uint, ulong>(pins.Pin("percpu"));
        using BpfPerCpuMap<uint, ulong> mapById = BpfMap.OpenByIdPerCpu<uint, ulong>(map.GetInfo().Id, BpfMapAccess.ReadOnly);
        mapByPin.Set(0, values);
        ulong[] read = new ulong[values.Length];
        Assert.True(mapById.TryGetValues(0, read));
        Assert.Equal(values, read);

        using BpfRingBuffer ring = BpfRingBuffer.Create(4096, "ring");
        ring.Pin(pins.Pin("ring"));
        using RingProducer producer = RingProducer.OfRecords(ring);
        using BpfRingBuffer ringByPin = BpfRingBuffer.OpenPinned(pins.Pin("ring"));
        using BpfRingBuffer ringById = BpfRingBuffer.OpenById(ring.GetInfo().Id);
        Assert.Equal(4096, ringById.Capacity);
        producer.Produce(0, 2);
        using (BpfRingBufferReader<RingProducer.Record> reader = ringByPin.OpenReader<RingProducer.Record>())
        {
            Assert.True(reader.TryRead(out RingProducer.Record first));
            Assert.Equal(0ul, first.Number);
            Assert.Throws<InvalidOperationException>(ringById.OpenReader);
        }

        // The next reader goes on where the last one stopped.
        using BpfRingBufferReader<RingProducer.Record> next = ringById.OpenReader<RingProducer.Record>();
        Assert.True(next.TryRead(out RingProducer.Record second));
        Assert.Equal(1ul, second.Number);
    }

    [Fact]
    public void A_descriptor_for_one_direction_refuses_the_other()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Array, 1, BpfMapFlags.MemoryMappable, "one_way");
        map.Pin(pins.Pin("map"));
        using BpfMap<uint, uint> reader = BpfMap.OpenPinned<uint, uint>(pins.Pin("map"), BpfMapAccess.ReadOnly);
        using BpfMap<uint, uint> writer = BpfMap.OpenById<uint, uint>(map.GetInfo().Id, BpfMapAccess.WriteOnly);
        writer[0] = 3;
        Assert.Equal(3u, reader[0]);
        Assert.Equal(
            "Writing to the map 'one_way' of type Array failed: this descriptor of the map is for reading only (bpf(BPF_MAP_UPDATE_ELEM): EPERM)",
            Assert.Throws<BpfException>(() => reader[0] = 1).Message);
        Assert.Contains("for writing only", Assert.Throws<BpfException>(() => writer[0]).Message, StringComparison.Ordinal);
        Assert.Contains("for reading only", Assert.Throws<BpfException>(reader.Freeze).Message, StringComparison.Ordinal);
        Assert.Contains(
            "only a descriptor for reading and writing can be mapped", Assert.Throws<BpfException>(() => reader.MapMemory()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => BpfMap.OpenPinned<uint, uint>(pins.Pin("map"), (BpfMapAccess)24));

        using BpfMap<uint, uint> born = BpfMap.Create<uint, uint>(BpfMapType.Hash, 1, BpfMapFlags.ReadOnly);
        Assert.Equal(BpfMapAccess.ReadOnly, born.Access);
        Assert.Equal(Errno.EPERM, Assert.Throws<BpfException>(() => born[0] = 1).Errno);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_both_shapes()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Hash, 1);
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using BpfPerCpuMap<uint, ulong> perCpu = BpfMap.CreatePerCpu<uint, ulong>(BpfMapType.PerCpuHash, 1);
        map.Pin(pins.Pin("map"));
        ring.Pin(pins.Pin("ring"));
        perCpu.Pin(pins.Pin("percpu"));
        Func<BpfMap>[] wrong =
        [
            () => BpfMap.OpenPinned<ulong, ulong>(pins.Pin("map")),
            () => BpfMap.OpenPinned<uint, uint>(pins.Pin("map")),
            () => BpfMap.OpenPinned<uint, ulong>(pins.Pin("percpu")),
            () => BpfMap.OpenPinned<uint, ulong>(pins.Pin("ring")),
            () => BpfMap.OpenPinnedPerCpu<uint, ulong>(pins.Pin("map")),
            () => BpfMap.OpenById<uint, byte>(map.GetInfo().Id),
            () => BpfMap.OpenByIdPerCpu<uint, byte>(perCpu.GetInfo().Id),
            () => BpfRingBuffer.OpenPinned(pins.Pin("map")),
            () => BpfRingBuffer.OpenById(map.GetInfo().Id),
        ];
        Assert.All(wrong, static open => Assert.Contains("it is of type ", Assert.Throws<BpfException>(open).Message, StringComparison.Ordinal));
        Assert.Equal(
            $"Opening the map pinned at {pins.Pin("map")} failed: it is of type Hash with 4 bytes a key and 8 bytes a value, "
            + "and this BpfMap needs type Hash or LruHash or LpmTrie or Array with 4 bytes a key and 2 bytes a value (bpf(BPF_OBJ_GET): EINVAL)",
            Assert.Throws<BpfException>(() => BpfMap.OpenPinned<uint, short>(pins.Pin("map"))).Message);
        Assert.Contains(
            "no such pin", Assert.Throws<BpfException>(() => BpfMap.OpenPinned<uint, short>(pins.Pin("nothing"))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "there is no such map", Assert.Throws<BpfException>(() => BpfMap.OpenById<uint, short>(uint.MaxValue)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_without_capabilities_reads_a_pin_and_learns_why_ids_are_refused()
    {
        Requires.Root();
        using BpfFileSystem pins = BpfFileSystem.Mount();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Array, 1);
        map.Pin(pins.Pin("map"));
        map[0] = 9;
        uint id = map.GetInfo().Id;
        TestThread.WithoutCapabilities(() =>
        {
            using BpfMap<uint, uint> mine = BpfMap.OpenPinned<uint, uint>(pins.Pin("map"), BpfMapAccess.ReadOnly);
            Assert.Equal(9u, mine[0]);
            Assert.Contains("CAP_SYS_ADMIN", Assert.Throws<BpfException>(() => BpfMap.OpenById<uint, uint>(id)).Message, StringComparison.Ordinal);
        });
    }
}
