using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class BpfMapBatchTests
{
    [Theory]
    [InlineData(BpfMapType.Hash, BpfMapFlags.None)]
    [InlineData(BpfMapType.Hash, BpfMapFlags.NoPreallocation)]
    [InlineData(BpfMapType.Array, BpfMapFlags.None)]
    public void A_million_entries_go_in_and_out_in_batches(BpfMapType type, BpfMapFlags flags)
    {
        Requires.Root();
        const int Count = 1_000_000;
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(type, Count, flags);
        uint[] keys = [.. Enumerable.Range(0, Count).Select(static i => (uint)i)];
        ulong[] values = [.. keys.Select(static k => k * 3ul)];
        map.UpdateBatch(keys, values);
        Assert.Equal(2_999_997ul, map[999_999]);

        Assert.Equal(Count, CountOf(map, take: false));
        if (type == BpfMapType.Hash)
        {
            Assert.Equal(Count, CountOf(map, take: true));
            Assert.Equal(0, CountOf(map, take: false));
        }
    }

    [Fact]
    public void What_was_written_before_a_batch_failed_is_told()
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Hash, 3, name: "small");
        BpfBatchException refusal = Assert.Throws<BpfBatchException>(() => map.UpdateBatch([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]));
        Assert.Equal(3, refusal.Completed);
        Assert.Equal(Errno.E2BIG, refusal.Errno);
        Assert.Equal(
            "A batch of 5 entries for the map 'small' of type Hash stopped after 3: it is full with 3 entries; delete some, make it larger, or use an LRU map, "
            + "which makes room itself (bpf(BPF_MAP_UPDATE_BATCH): E2BIG)",
            refusal.Message);
        Assert.Equal([1u, 2u, 3u], map.Entries.Select(static e => e.Key).Order());
    }

    [Fact]
    public void A_batch_that_was_refused_as_a_whole_completed_nothing()
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Hash, 8, BpfMapFlags.ReadOnly);
        BpfBatchException refusal = Assert.Throws<BpfBatchException>(() => map.UpdateBatch([1, 2], [1, 2]));
        Assert.Equal((0, Errno.EPERM), (refusal.Completed, refusal.Errno));
        Assert.Contains("for reading only", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deleting_passes_over_keys_that_are_not_there()
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Hash, 8);
        map.UpdateBatch([1, 2, 3, 4], [1, 2, 3, 4]);
        Assert.Equal(3, map.RemoveBatch([9, 1, 2, 8, 8, 4, 7]));
        Assert.Equal([new(3, 3)], map.Entries);
        Assert.Equal(0, map.RemoveBatch([1]));
        Assert.Equal(0, map.RemoveBatch([]));
    }

    [Fact]
    public void Entries_of_an_array_are_not_deleted()
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Array, 2);
        Assert.Contains(
            "entries of an array cannot be deleted", Assert.Throws<BpfBatchException>(() => map.RemoveBatch([0])).Message, StringComparison.Ordinal);
        Assert.Contains("entries of an array cannot be deleted", Assert.Throws<BpfException>(() => CountOf(map, take: true)).Message, StringComparison.Ordinal);
        Assert.Contains("entries of an array cannot be deleted", Assert.Throws<BpfException>(() => map.TryTake(0, out _)).Message, StringComparison.Ordinal);
        Assert.Contains("its keys are 0 to 1", Assert.Throws<BpfBatchException>(() => map.UpdateBatch([1, 2], [1, 2])).Message, StringComparison.Ordinal);
        Assert.Equal(1u, map[1]);
    }

    [Fact]
    public void Keys_have_values()
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Hash, 2);
        BpfBatchPosition position = default;
        Assert.Throws<ArgumentException>(() => map.UpdateBatch([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => map.ReadBatch(new uint[1], new uint[2], ref position));
        Assert.Throws<ArgumentException>(() => map.TakeBatch([], [], ref position));
    }

    [Theory]
    [InlineData(BpfMapType.Hash)]
    [InlineData(BpfMapType.LruHash)]
    public void A_bucket_that_does_not_fit_is_explained_and_nothing_is_lost(BpfMapType type)
    {
        Requires.Root();
        using BpfMap<ulong, uint> map = BpfMap.Create<ulong, uint>(type, 4096);
        for (uint i = 0; i < 1024; i++)
        {
            map[i] = i;
        }

        // 1,024 keys in 4,096 buckets: some have more than one.
        BpfException? refusal = null;
        HashSet<ulong> seen = [];
        ulong[] keys = new ulong[1];
        for (BpfBatchPosition position = default; !position.IsAtEnd;)
        {
            try
            {
                int count = map.TakeBatch(keys, new uint[keys.Length], ref position);
                Assert.All(keys[..count], key => Assert.True(seen.Add(key)));
            }
            catch (BpfException e) when (e.Errno == Errno.ENOSPC)
            {
                refusal = e;
                keys = new ulong[keys.Length * 2];
            }
        }

        Assert.Contains("use larger spans", refusal?.Message, StringComparison.Ordinal);
        Assert.Equal(1024, seen.Count);
        Assert.Empty(map.Entries);
    }

    [Theory]
    [InlineData(BpfMapType.Hash)]
    [InlineData(BpfMapType.LruHash)]
    public void A_value_is_taken_once_however_many_take(BpfMapType type)
    {
        Requires.Root();
        const uint Count = 50_000;
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(type, (int)Count * 2);
        for (uint i = 0; i < Count; i++)
        {
            map[i] = i + 1;
        }

        long sum = 0;
        void TakeAll()
        {
            for (uint i = 0; i < Count; i++)
            {
                if (map.TryTake(i, out uint value))
                {
                    Interlocked.Add(ref sum, value);
                }
            }
        }

        Thread[] threads = [new(TakeAll), new(TakeAll), new(TakeAll)];
        Array.ForEach(threads, static t => t.Start());
        Array.ForEach(threads, static t => t.Join());
        Assert.Equal(Count * (Count + 1L) / 2, sum);
        Assert.False(map.TryTake(0, out _));
    }

    [Fact]
    public void Reading_in_batches_allocates_nothing()
    {
        Requires.Root();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Hash, 100);
        uint[] keys = new uint[100];
        ulong[] values = new ulong[100];
        map.UpdateBatch(keys, values);
        Round();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Round();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Round()
        {
            map.UpdateBatch(keys, values);
            BpfBatchPosition position = default;
            map.ReadBatch(keys, values, ref position);
            map.TryGetValue(0, out _);
            map[1] = 1;
            map.TryTake(1, out _);
        }
    }

    private static int CountOf(BpfMap<uint, ulong> map, bool take)
    {
        uint[] keys = new uint[10_000];
        ulong[] values = new ulong[10_000];
        int total = 0;
        ulong sum = 0;
        for (BpfBatchPosition position = default; !position.IsAtEnd;)
        {
            int count = take ? map.TakeBatch(keys, values, ref position) : map.ReadBatch(keys, values, ref position);
            total += count;
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(keys[i] * 3ul, values[i]);
                sum += keys[i];
            }
        }

        Assert.Equal((ulong)total * (ulong)Math.Max(0, total - 1) / 2, sum);
        return total;
    }

    private static int CountOf(BpfMap<uint, uint> map, bool take)
    {
        BpfBatchPosition position = default;
        return take ? map.TakeBatch(new uint[8], new uint[8], ref position) : map.ReadBatch(new uint[8], new uint[8], ref position);
    }
}
