using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class LpmTrieTests
{
    /// <summary>Networks inside one another, and which of them an address is in.</summary>
    private static readonly (string Network, uint Value)[] Networks =
    [
        ("0.0.0.0/0", 1), ("10.0.0.0/8", 2), ("10.1.0.0/16", 3), ("10.1.2.0/24", 4), ("10.1.2.3/32", 5), ("192.0.2.128/25", 6),
    ];

    [Theory]
    [InlineData("10.1.2.3", 5)]
    [InlineData("10.1.2.4", 4)]
    [InlineData("10.1.3.0", 3)]
    [InlineData("10.2.0.0", 2)]
    [InlineData("11.0.0.0", 1)]
    [InlineData("192.0.2.127", 1)]
    [InlineData("192.0.2.128", 6)]
    public void The_longest_prefix_that_fits_is_found_by_the_application_and_by_a_program(string address, uint expected)
    {
        Requires.Root();
        using BpfMap<Ipv4Prefix, uint> trie = BpfMap.Create<Ipv4Prefix, uint>(BpfMapType.LpmTrie, 16, name: "networks");
        foreach ((string network, uint value) in Networks)
        {
            trie[new Ipv4Prefix(network)] = value;
        }

        Assert.Equal(expected, trie[new Ipv4Prefix(IPAddress.Parse(address))]);

        // The program looks the frame's source address up and returns what it finds.
        using BpfProgram program = Code.Load(BpfProgramType.SchedCls, Assembler.Parse($"""
                    r2 = *(u32 *)(r1 + {SkBuff.Data})
                    r3 = *(u32 *)(r1 + {SkBuff.DataEnd})
                    r4 = r2
                    r4 += 34
                    if r4 > r3 goto none
                    r4 = *(u32 *)(r2 + 26)
                    *(u32 *)(r10 - 4) = r4
                    *(u32 *)(r10 - 8) = 32
                    r1 = {trie}
                    r2 = r10
                    r2 += -8
                    call bpf_map_lookup_elem
                    if r0 == 0 goto none
                    r0 = *(u32 *)(r0 + 0)
                    exit
            none:   r0 = 0
                    exit
            """));
        byte[] frame = new byte[14 + 20];
        frame[12] = 0x08;
        frame[14] = 0x45;
        IPAddress.Parse(address).GetAddressBytes().CopyTo(frame, 26);
        Assert.Equal(expected, program.Test(frame).ReturnValue);
    }

    [Fact]
    public void IPv6_networks_and_keys_of_ones_own_work_too()
    {
        Requires.Root();
        using BpfMap<Ipv6Prefix, byte> trie = BpfMap.Create<Ipv6Prefix, byte>(BpfMapType.LpmTrie, 4);
        trie[new Ipv6Prefix("2001:db8::/32")] = 1;
        trie[new Ipv6Prefix("2001:db8:0:1::/64")] = 2;
        Assert.Equal(1, trie[new Ipv6Prefix(IPAddress.Parse("2001:db8:1::"))]);
        Assert.Equal(2, trie[new Ipv6Prefix(IPAddress.Parse("2001:db8:0:1::9"))]);
        Assert.False(trie.TryGetValue(new Ipv6Prefix(IPAddress.Parse("2001:db9::")), out _));
        Assert.Equal(
            [new Ipv6Prefix("2001:db8::/32"), new Ipv6Prefix("2001:db8:0:1::/64")], trie.Entries.Select(static e => e.Key).OrderBy(static k => k.Length));

        // 32 bits of length and what is behind it: any structure will do.
        using BpfMap<Letters, int> own = BpfMap.Create<Letters, int>(BpfMapType.LpmTrie, 4);
        own[new(3, 0b1010_0000)] = 7;
        Assert.Equal(7, own[new(32, 0b1011_1111)]);
        Assert.False(own.TryGetValue(new(32, 0b1100_0000), out _));
    }

    /// <summary>The position between two batches is a key, and this one is longer than those of other maps.</summary>
    [Fact]
    public void All_entries_are_enumerated_however_many_batches_that_takes()
    {
        Requires.Root();
        using BpfMap<Ipv6Prefix, int> trie = BpfMap.Create<Ipv6Prefix, int>(BpfMapType.LpmTrie, 1000);
        Ipv6Prefix[] networks = [.. Enumerable.Range(0, 1000).Select(static i => new Ipv6Prefix($"2001:db8:{i:x}::/48"))];
        foreach (Ipv6Prefix network in networks)
        {
            trie[network] = 1;
        }

        Assert.Equal(networks.ToHashSet(), [.. trie.Entries.Select(static e => e.Key)]);
        Assert.Equal(1000, trie.Entries.Count());
        Ipv6Prefix[] keys = new Ipv6Prefix[300];
        int[] values = new int[300];
        BpfBatchPosition position = default;
        HashSet<Ipv6Prefix> seen = [];
        while (!position.IsAtEnd)
        {
            seen.UnionWith(keys[..trie.ReadBatch(keys, values, ref position)]);
        }

        Assert.Equal(networks.ToHashSet(), seen);
    }

    [Fact]
    public void Prefixes_are_laid_out_as_programs_write_them()
    {
        Assert.Equal((8, 20), (Unsafe.SizeOf<Ipv4Prefix>(), Unsafe.SizeOf<Ipv6Prefix>()));
        Ipv4Prefix prefix = new("192.0.2.0/24");
        Assert.Equal([24, 0, 0, 0, 192, 0, 2, 0], MemoryMarshal.AsBytes(new Span<Ipv4Prefix>(ref prefix)).ToArray());
        Ipv6Prefix prefix6 = new("2001:db8::/32");
        Assert.Equal(
            [32, 0, 0, 0, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], MemoryMarshal.AsBytes(new Span<Ipv6Prefix>(ref prefix6)).ToArray());
        Assert.Equal(("192.0.2.0/24", "2001:db8::/32"), (prefix.ToString(), prefix6.ToString()));
        Assert.Equal((24, IPAddress.Parse("192.0.2.0")), (prefix.Length, prefix.Address));
        Assert.Equal((32, IPAddress.Parse("2001:db8::")), (prefix6.Length, prefix6.Address));
        Assert.True(prefix == new Ipv4Prefix(IPNetwork.Parse("192.0.2.0/24")) && prefix != new Ipv4Prefix("192.0.2.0/25"));
        Assert.Throws<ArgumentException>(static () => new Ipv4Prefix("2001:db8::/32"));
        Assert.Throws<ArgumentException>(static () => new Ipv6Prefix(IPAddress.Loopback));
        Assert.Throws<FormatException>(static () => new Ipv4Prefix("192.0.2.0"));
        // As IPNetwork reads it: bits behind the prefix are ignored.
        Assert.Equal(prefix, new Ipv4Prefix("192.0.2.1/24"));
    }

    [Fact]
    public void Conditions_hold_or_are_refused()
    {
        Requires.Root();
        using BpfMap<Ipv4Prefix, int> trie = BpfMap.Create<Ipv4Prefix, int>(BpfMapType.LpmTrie, 4);
        Ipv4Prefix network = new("10.0.0.0/8");
        trie[network] = 1;
        if (LpmTrieConditions.Hold)
        {
            Assert.False(trie.TryAdd(network, 2));
            Assert.False(trie.TryReplace(new Ipv4Prefix("11.0.0.0/8"), 2));
            Assert.True(trie.TryReplace(network, 3));
            Assert.Equal(3, trie[network]);
        }
        else
        {
            Assert.Contains("ignore the condition", Assert.Throws<BpfException>(() => trie.TryAdd(network, 2)).Message, StringComparison.Ordinal);
            Assert.Equal(1, trie[network]);
        }

        Assert.True(trie.Remove(network));
        Assert.False(trie.Remove(network));
    }

    [Fact]
    public void What_the_kernel_refuses_is_explained()
    {
        Requires.Root();
        Assert.Contains(
            "a key is the prefix's length in 32 bits and 1 to 256 bytes behind it, and this has 4 bytes",
            Assert.Throws<BpfException>(static () => BpfMap.Create<uint, int>(BpfMapType.LpmTrie, 4)).Message,
            StringComparison.Ordinal);
        using BpfMap<Ipv4Prefix, int> trie = BpfMap.Create<Ipv4Prefix, int>(BpfMapType.LpmTrie, 1, name: "small");
        trie[new Ipv4Prefix("10.0.0.0/8")] = 1;
        Assert.Contains(
            "it is full with 1 prefixes",
            Assert.Throws<BpfException>(() => trie[new Ipv4Prefix("11.0.0.0/8")] = 1).Message,
            StringComparison.Ordinal);
        using BpfMap<ulong, int> raw = BpfMap.Create<ulong, int>(BpfMapType.LpmTrie, 1);
        Assert.Contains("the prefix length, the 32-bit number", Assert.Throws<BpfException>(() => raw[33] = 1).Message, StringComparison.Ordinal);
        // The only way to make one is without preallocation.
        Assert.Equal(BpfMapFlags.NoPreallocation, trie.Flags);
        Assert.Equal(BpfMapFlags.NoPreallocation, trie.GetInfo().Flags);
    }

    private readonly record struct Letters(uint Length, uint First);
}
