using System.Runtime.InteropServices;
using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class BpfPerCpuMapTests
{
    [Theory]
    [InlineData(BpfMapType.PerCpuHash, BpfMapFlags.None)]
    [InlineData(BpfMapType.PerCpuHash, BpfMapFlags.NoPreallocation)]
    [InlineData(BpfMapType.LruPerCpuHash, BpfMapFlags.None)]
    [InlineData(BpfMapType.LruPerCpuHash, BpfMapFlags.NoCommonLru)]
    public void A_per_CPU_hash_map_keeps_a_value_for_each_processor(BpfMapType type, BpfMapFlags flags)
    {
        Requires.Root();
        using BpfPerCpuMap<ulong, ulong> map = BpfMap.CreatePerCpu<ulong, ulong>(type, 1000, flags);
        ulong[] values = Values(map.ProcessorCount, 100);
        ulong[] read = new ulong[map.ProcessorCount];
        Assert.False(map.TryGetValues(1, read));
        Assert.False(map.TryReplace(1, values));
        Assert.True(map.TryAdd(1, values));
        Assert.False(map.TryAdd(1, values));
        Assert.True(map.TryGetValues(1, read));
        Assert.Equal(values, read);
        Assert.True(map.TryTake(1, read));
        Assert.Equal(values, read);
        Assert.False(map.TryTake(1, read));
        map.Set(2, values);
        Assert.True(map.Remove(2));
        Assert.False(map.Remove(2));
        Assert.Empty(map.Entries);
    }

    [Fact]
    public void A_per_CPU_array_starts_with_zeros_and_keeps_its_entries()
    {
        Requires.Root();
        using BpfPerCpuMap<uint, int> map = BpfMap.CreatePerCpu<uint, int>(BpfMapType.PerCpuArray, 2, name: "counters");
        int[] values = [.. Enumerable.Range(-3, map.ProcessorCount)];
        map.Set(1, values);
        Assert.Equal([0u, 1u], map.Entries.Select(static e => e.Key));
        Assert.Equal([new int[map.ProcessorCount], values], map.Entries.Select(static e => e.Value));
        Assert.False(map.TryGetValues(2, values));
        Assert.Contains("cannot be deleted", Assert.Throws<BpfException>(() => map.Remove(0)).Message, StringComparison.Ordinal);
        Assert.Contains("its keys are 0 to 1", Assert.Throws<BpfException>(() => map.Set(2, values)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BpfMapType.PerCpuHash)]
    [InlineData(BpfMapType.LruPerCpuHash)]
    [InlineData(BpfMapType.PerCpuArray)]
    public void All_entries_come_once(BpfMapType type)
    {
        Requires.Root();
        using BpfPerCpuMap<uint, uint> map = BpfMap.CreatePerCpu<uint, uint>(type, 5_000);
        uint made = type == BpfMapType.LruPerCpuHash ? 1_000u : 5_000u;
        for (uint i = 0; i < made; i++)
        {
            map.Set(i, [.. Enumerable.Range(0, map.ProcessorCount).Select(cpu => (uint)cpu + i)]);
        }

        List<KeyValuePair<uint, uint[]>> entries = [.. map.Entries];
        if (type == BpfMapType.PerCpuArray)
        {
            Assert.Equal(5_000, entries.Count);
        }

        Assert.Equal((int)made, entries.Count);
        Assert.Equal((int)made, entries.DistinctBy(static e => e.Key).Count());
        Assert.All(entries, static e => Assert.Equal(Enumerable.Range(0, e.Value.Length).Select(cpu => (uint)cpu + e.Key), e.Value));
    }

    [Fact]
    public void Each_program_counts_on_its_own_processor()
    {
        Requires.Root();
        using RingProducer program = RingProducer.ThatCountsPerProcessor(out BpfPerCpuMap<uint, ulong> counts);
        using (counts)
        {
            for (uint cpu = 0; cpu < Environment.ProcessorCount; cpu++)
            {
                program.Start(cpu, (cpu + 1) * 100).Join();
            }

            ulong[] perProcessor = new ulong[counts.ProcessorCount];
            Assert.True(counts.TryGetValues(0, perProcessor));
            Assert.Equal(Enumerable.Range(1, Environment.ProcessorCount).Select(static i => (ulong)i * 100), perProcessor[..Environment.ProcessorCount]);
        }
    }

    [Fact]
    public void Values_of_odd_sizes_and_large_ones_lie_where_the_kernel_puts_them()
    {
        Requires.Root();
        using BpfPerCpuMap<uint, Odd> odd = BpfMap.CreatePerCpu<uint, Odd>(BpfMapType.PerCpuHash, 2);
        Odd[] values = [.. Enumerable.Range(0, odd.ProcessorCount).Select(static i => new Odd { First = (byte)i, Last = 255 })];
        Odd[] read = new Odd[values.Length];
        odd.Set(0, values);
        Assert.True(odd.TryGetValues(0, read));
        Assert.Equal(values, read);

        using BpfPerCpuMap<uint, Large> large = BpfMap.CreatePerCpu<uint, Large>(BpfMapType.PerCpuArray, 2);
        Large[] many = [.. Enumerable.Range(0, large.ProcessorCount).Select(static i => new Large { First = i, Last = -i })];
        Large[] back = new Large[many.Length];
        large.Set(1, many);
        Assert.True(large.TryGetValues(1, back));
        Assert.Equal(many, back);
    }

    [Fact]
    public void As_many_values_as_processors_are_needed()
    {
        Requires.Root();
        using BpfPerCpuMap<uint, uint> map = BpfMap.CreatePerCpu<uint, uint>(BpfMapType.PerCpuHash, 2);
        Assert.Throws<ArgumentException>(() => map.TryGetValues(0, new uint[map.ProcessorCount + 1]));
        Assert.Throws<ArgumentException>(() => map.Set(0, new uint[map.ProcessorCount - 1]));
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        Requires.Root();
        using BpfPerCpuMap<uint, ulong> map = BpfMap.CreatePerCpu<uint, ulong>(BpfMapType.PerCpuArray, 2);
        ulong[] values = new ulong[map.ProcessorCount];
        map.Set(0, values);
        Assert.True(map.TryGetValues(0, values));
        long before = GC.GetAllocatedBytesForCurrentThread();
        map.Set(0, values);
        bool worked = map.TryGetValues(0, values);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(worked);
    }

    private static ulong[] Values(int count, ulong first) => [.. Enumerable.Range(0, count).Select(i => first + (ulong)i)];

    [StructLayout(LayoutKind.Explicit, Size = 13)]
    private struct Odd
    {
        [FieldOffset(0)]
        public byte First;

        [FieldOffset(12)]
        public byte Last;
    }

    [StructLayout(LayoutKind.Explicit, Size = 2000)]
    private struct Large
    {
        [FieldOffset(0)]
        public int First;

        [FieldOffset(1996)]
        public int Last;
    }
}
