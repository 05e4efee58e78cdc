using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class BpfMapTests
{
    [Theory]
    [InlineData(BpfMapType.Hash)]
    [InlineData(BpfMapType.LruHash)]
    public void A_hash_map_keeps_what_is_written(BpfMapType type)
    {
        Requires.Root();
        using BpfMap<ulong, long> map = BpfMap.Create<ulong, long>(type, 16, name: "test_hash");
        Assert.False(map.TryGetValue(1, out _));
        map[1] = 100;
        map[2] = 200;
        Assert.Equal(100, map[1]);
        Assert.True(map.Remove(1));
        Assert.False(map.Remove(1));
        Assert.False(map.TryGetValue(1, out _));
        Assert.Equal(200, map[2]);
        Assert.Throws<KeyNotFoundException>(() => map[1]);
    }

    [Fact]
    public void An_update_can_ask_for_absence_or_presence()
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Hash, 4);
        Assert.False(map.TryReplace(1, 10));
        Assert.True(map.TryAdd(1, 10));
        Assert.False(map.TryAdd(1, 11));
        Assert.True(map.TryReplace(1, 12));
        Assert.Equal(12u, map[1]);
    }

    [Fact]
    public void An_array_starts_with_zeros_and_ends_at_its_end()
    {
        Requires.Root();
        using BpfMap<uint, int> map = BpfMap.Create<uint, int>(BpfMapType.Array, 3);
        Assert.Equal(0, map[2]);
        map[2] = -7;
        Assert.Equal([new(0, 0), new(1, 0), new(2, -7)], map.Entries);
        Assert.False(map.TryGetValue(3, out _));
        Assert.Equal(Errno.E2BIG, Assert.Throws<BpfException>(() => map[3] = 1).Errno);
        Assert.Equal(Errno.EINVAL, Assert.Throws<BpfException>(() => map.Remove(0)).Errno);
    }

    [Fact]
    public void A_full_hash_map_refuses_and_an_LRU_map_makes_room()
    {
        Requires.Root();
        using BpfMap<uint, uint> full = BpfMap.Create<uint, uint>(BpfMapType.Hash, 2, name: "full");
        full[1] = full[2] = 0;
        BpfException refusal = Assert.Throws<BpfException>(() => full[3] = 0);
        Assert.Equal("bpf(BPF_MAP_UPDATE_ELEM)", refusal.Operation);
        Assert.Equal(
            "Writing to the map 'full' of type Hash failed: it is full with 2 entries; delete some, make it larger, or use an LRU map, which makes room itself "
            + "(bpf(BPF_MAP_UPDATE_ELEM): E2BIG)",
            refusal.Message);

        using BpfMap<uint, uint> lru = BpfMap.Create<uint, uint>(BpfMapType.LruHash, 2);
        for (uint i = 0; i < 1000; i++)
        {
            lru[i] = i;
        }

        Assert.Equal(999u, lru[999]);
    }

    [Theory]
    [InlineData(BpfMapType.Hash)]
    [InlineData(BpfMapType.LruHash)]
    public void Every_entry_is_seen_once_while_each_is_deleted_as_it_comes(BpfMapType type)
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(type, 20_000);
        for (uint i = 0; i < 10_000; i++)
        {
            map[i] = i * 3;
        }

        HashSet<uint> seen = [];
        foreach ((uint key, uint value) in map.Entries)
        {
            Assert.Equal(key * 3, value);
            Assert.True(seen.Add(key));
            Assert.True(map.Remove(key));
        }

        Assert.Equal(10_000, seen.Count);
        Assert.Empty(map.Entries);
    }

    [Theory]
    [InlineData(BpfMapType.Hash)]
    [InlineData(BpfMapType.LruHash)]
    public void Entries_that_stay_are_seen_once_while_another_thread_deletes_and_adds_others(BpfMapType type)
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(type, 20_000);
        for (uint i = 0; i < 10_000; i++)
        {
            map[i] = i;
        }

        using CancellationTokenSource stop = new();
        Thread churn = new(() =>
        {
            // The odd ones come and go; the even ones stay.
            for (uint i = 1; !stop.IsCancellationRequested; i = (i + 2) % 10_000)
            {
                map.Remove(i);
                map[i] = i;
            }
        });
        churn.Start();
        try
        {
            for (int round = 0; round < 20; round++)
            {
                List<uint> even = [.. map.Entries.Select(static e => e.Key).Where(static k => k % 2 == 0)];
                Assert.Equal(5_000, even.Count);
                Assert.Equal(5_000, even.Distinct().Count());
            }
        }
        finally
        {
            stop.Cancel();
            churn.Join();
        }
    }

    [Fact]
    public void Keys_follow_one_another()
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Hash, 8);
        Assert.False(map.TryGetFirstKey(out _));
        map[5] = map[6] = 1;
        Assert.True(map.TryGetFirstKey(out uint first));
        Assert.True(map.TryGetNextKey(first, out uint second));
        Assert.False(map.TryGetNextKey(second, out _));
        Assert.Equal([5u, 6u], new[] { first, second }.Order());
    }

    [Fact]
    public void What_the_kernel_would_refuse_is_explained()
    {
        Requires.Root();
        Assert.Throws<ArgumentOutOfRangeException>(() => BpfMap.Create<uint, uint>(BpfMapType.Hash, 0));
        Assert.Throws<ArgumentException>(() => BpfMap.Create<uint, uint>(BpfMapType.Hash, 1, name: "a-name"));
        Assert.Throws<ArgumentException>(() => BpfMap.Create<uint, uint>(BpfMapType.Hash, 1, name: "sixteen_letters_"));
        BpfException refusal = Assert.Throws<BpfException>(() => BpfMap.Create<ulong, uint>(BpfMapType.Array, 1));
        Assert.Equal(Errno.EINVAL, refusal.Errno);
        Assert.Contains("BPF_MAP_CREATE", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BpfMapType.RingBuffer, "BpfRingBuffer.Create")]
    [InlineData(BpfMapType.PerCpuHash, "BpfMap.CreatePerCpu")]
    [InlineData(BpfMapType.PerCpuArray, "BpfMap.CreatePerCpu")]
    [InlineData(BpfMapType.LruPerCpuHash, "BpfMap.CreatePerCpu")]
    [InlineData((BpfMapType)7777, "does not support")]
    public void What_is_made_elsewhere_is_refused_and_says_where(BpfMapType type, string where) =>
        Assert.Contains(where, Assert.Throws<ArgumentException>(() => BpfMap.Create<uint, uint>(type, 4096)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_per_CPU_map_is_not_made_of_other_types() =>
        Assert.Contains(
            "BpfMap.Create", Assert.Throws<ArgumentException>(() => BpfMap.CreatePerCpu<uint, uint>(BpfMapType.Hash, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_kernel_tells_what_a_map_is()
    {
        Requires.Root();
        using BpfMap<ulong, ushort> map = BpfMap.Create<ulong, ushort>(BpfMapType.Hash, 7, BpfMapFlags.NoPreallocation, "told");
        BpfMapInfo info = map.GetInfo();
        Assert.Equal((BpfMapType.Hash, 8u, 2u, 7u), (info.Type, info.KeySize, info.ValueSize, info.MaxEntries));
        Assert.Equal((BpfMapFlags.NoPreallocation, "told", false), (info.Flags, info.Name, info.IsFrozen));
        Assert.NotEqual(0u, info.Id);
        using BpfMap<uint, ushort> nameless = BpfMap.Create<uint, ushort>(BpfMapType.Array, 1);
        Assert.Null(nameless.GetInfo().Name);
    }

    [Fact]
    public void A_frozen_map_is_constant_for_applications()
    {
        Requires.Root();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, 2, BpfMapFlags.MemoryMappable, "cold");
        map[1] = 5;
        using (map.MapMemory(writable: true))
        {
            Assert.Contains("mapped for writing", Assert.Throws<BpfException>(map.Freeze).Message, StringComparison.Ordinal);
        }

        map.Freeze();
        Assert.True(map.GetInfo().IsFrozen);
        Assert.Equal(5ul, map[1]);
        BpfException refusal = Assert.Throws<BpfException>(() => map[1] = 6);
        Assert.Equal(
            "Writing to the map 'cold' of type Array failed: the map is frozen; only programs may still change it (bpf(BPF_MAP_UPDATE_ELEM): EPERM)",
            refusal.Message);
        refusal = Assert.Throws<BpfException>(() => map.MapMemory(writable: true));
        Assert.Equal(
            "Mapping the map 'cold' of type Array into memory for reading and writing failed: the map is frozen; map it for reading (mmap: EPERM)",
            refusal.Message);
        using MappedArray<ulong> memory = map.MapMemory();
        Assert.Equal(5ul, memory[1]);
        Assert.Contains("frozen already", Assert.Throws<BpfException>(map.Freeze).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_map_says_so()
    {
        Requires.Root();
        BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Hash, 1);
        map.Dispose();
        map.Dispose();
        Assert.Throws<ObjectDisposedException>(() => map[1] = 1);
    }
}
