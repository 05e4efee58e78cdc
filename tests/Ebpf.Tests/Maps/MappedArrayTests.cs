using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class MappedArrayTests
{
    [Fact]
    public void Memory_and_map_are_the_same()
    {
        Requires.Root();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1000, BpfMapFlags.MemoryMappable);
        using MappedArray<ulong> memory = map.MapMemory(writable: true);
        Assert.Equal(1000, memory.Count);
        map[999] = 42;
        Assert.Equal(42ul, memory[999]);
        memory[3] = ulong.MaxValue;
        Assert.Equal(ulong.MaxValue, map[3]);
    }

    [Fact]
    public void Entries_narrower_than_eight_bytes_stand_eight_bytes_apart()
    {
        Requires.Root();
        using BpfMap<uint, ushort> map = BpfMap.Create<uint, ushort>(BpfMapType.Array, 3, BpfMapFlags.MemoryMappable);
        using MappedArray<ushort> memory = map.MapMemory();
        map[0] = 1;
        map[1] = 2;
        map[2] = 3;
        Assert.Equal([1, 2, 3], new[] { memory[0], memory[1], memory[2] });
    }

    [Fact]
    public void Memory_outlives_the_maps_descriptor_and_not_its_own_disposal()
    {
        Requires.Root();
        BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1, BpfMapFlags.MemoryMappable);
        MappedArray<ulong> memory = map.MapMemory();
        map[0] = 5;
        map.Dispose();
        Assert.Equal(5ul, memory[0]);
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory[0]);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Requires.Root();
        using BpfMap<uint, ulong> plain = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1);
        Assert.Throws<InvalidOperationException>(() => plain.MapMemory());
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1, BpfMapFlags.MemoryMappable);
        using MappedArray<ulong> memory = map.MapMemory();
        Assert.Throws<InvalidOperationException>(() => memory[0] = 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory[-1]);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        Requires.Root();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1, BpfMapFlags.MemoryMappable);
        using MappedArray<ulong> memory = map.MapMemory();
        ulong sum = memory[0];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            sum += memory[0];
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(0ul, sum);
    }
}
