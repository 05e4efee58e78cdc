using System.Reflection;
using System.Security.Cryptography;
using Ebpf.Instructions;
using Ebpf.Maps;
using Hops.Filters;
using Hops.TestSupport;

namespace Hops.Tests;

public sealed class SynAckFilterTests
{
    /// <summary>The filter in the kernel's notation, as LLVM reads it: the map is number 0 of the program's list (<c>BPF_PSEUDO_MAP_IDX</c>, 5).</summary>
    private const string Listing = """
                r6 = r1
                r1 = *(u64 *)(r6 + 168)
                if r1 == 0 goto keep
                r1 = *(u32 *)(r1 + 72)
                if r1 != 2 goto keep
                r0 = *(u8 *)skb[13]
                r0 &= 6
                if r0 != 2 goto keep
                r7 = *(u32 *)(r6 + 16)
                if r7 == 0xdd86 goto ipv6
                if r7 != 8 goto keep
                r0 = *(u8 *)skb[-1048568]
                goto record
        ipv6:
                r0 = *(u8 *)skb[-1048569]
        record:
                r7 = r0
                r1 = r6
                call 46
                r8 = r0
                r8 <<= 8
                r7 |= r8
                r0 &= 65535
                *(u32 *)(r10 - 4) = r0
                ld_pseudo r1, 5, 0
                r2 = r10
                r2 += -4
                call 1
                if r0 == 0 goto keep
                r6 = r0
                r0 = *(u64 *)(r6 + 0)
                if r0 == r7 goto keep
                r1 = r0
                r1 ^= r7
                r1 >>= 8
                if r1 != 0 goto write
                r7 = r8
        write:
                r1 = r0
                r0 = cmpxchg_64(r6 + 0, r0, r7)
                if r0 == r1 goto keep
                *(u64 *)(r6 + 0) = r8
        keep:
                r0 = -1
                exit

        """;

    [Fact]
    public void Its_bytes_are_those_that_llvm_makes_of_the_same_listing()
    {
        Requires.Root();
        using BpfMap<uint, ulong> slots = NewSlots();
        MemoryStream ours = new();
        foreach (Instruction instruction in SynAckFilter.Assemble(slots).Instructions)
        {
            byte[] bytes = new byte[instruction.Slots * Instruction.SlotSize];
            instruction.Encode(bytes);
            ours.Write(bytes);
        }

        Assert.Equal(Convert.ToHexString(Llvm.Assemble(Listing)), Convert.ToHexString(ours.ToArray()));
    }

    [Fact]
    public void It_is_printed_as_that_listing()
    {
        Requires.Root();
        using BpfMap<uint, ulong> slots = NewSlots();
        string[] printed = [.. SynAckFilter.Assemble(slots).ToString().Split('\n').Select(static line => line.Split("  //")[0])];
        Assert.Equal(Listing.Replace("ld_pseudo r1, 5, 0", "r1 = map[test_slots]", StringComparison.Ordinal).Split('\n'), printed);
    }

    [Fact]
    public void The_documentation_shows_that_listing()
    {
        string page = File.ReadAllText(Path.Combine(Repository, "docs", "how-it-works.md"));
        string block = page[page.IndexOf("        r6 = r1", StringComparison.Ordinal)..];
        // Remarks stand in a column of their own.
        string[] shown =
        [
            .. block[..block.IndexOf("```", StringComparison.Ordinal)].Split('\n')
                .Select(static line => line[..Math.Min(line.Length, 48)].TrimEnd()),
        ];
        Assert.Equal(Listing.Replace("ld_pseudo r1, 5, 0", "r1 = map[hop_slots]", StringComparison.Ordinal).Split('\n'), shown);
    }

    [Fact]
    public void Its_tags_are_the_hashes_of_its_bytes_and_what_the_kernel_says()
    {
        Requires.Root();
        using FilterPair pair = FilterPair.Load();
        byte[] bytes = SynAckFilter.Assemble(pair.Slots).ToBytes();
        // It is loaded with the map's descriptor (BPF_PSEUDO_MAP_FD, 1), which is left out of the hash: it stands in both halves of its instruction.
        int load = Enumerable.Range(0, bytes.Length / Instruction.SlotSize).Single(slot => bytes[slot * Instruction.SlotSize] == 0x18) * Instruction.SlotSize;
        bytes[load + 1] = (byte)((bytes[load + 1] & 0x0f) | (1 << 4));
        bytes.AsSpan(load + 4, 4).Clear();
        bytes.AsSpan(load + Instruction.SlotSize + 4, 4).Clear();
#pragma warning disable CA5350 // SHA-1 is what older kernels use for this.
        Assert.Equal([Tag(SHA256.HashData(bytes)), Tag(SHA1.HashData(bytes))], SynAckFilter.Tags);
#pragma warning restore CA5350
        Assert.Equal(SynAckFilter.Hash, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Contains(pair.Filter.GetInfo().Tag, SynAckFilter.Tags);

        static string Tag(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, 8));
    }

    [Theory]
    [InlineData(0x0000_0000_0001_2345, 0x2345)]
    [InlineData(0x00ff_ffff_ffff_ffff, 0xffff)]
    public void A_word_is_read_back_only_by_its_own_socket(long cookie, int slot)
    {
        ulong own = (ulong)cookie;
        ulong word = (own << 8) | 58;
        Assert.Equal(slot, SynAckFilter.SlotOf(own));
        Assert.Equal(58, SynAckFilter.TtlOf(word, own));
        Assert.Equal(0, SynAckFilter.TtlOf(word, own + SynAckFilter.SlotCount));
        Assert.Equal(0, SynAckFilter.TtlOf(own << 8, own));
        Assert.Equal(0, SynAckFilter.TtlOf(0, own));
    }

    private static string Repository =>
        typeof(SynAckFilterTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!;

    private static BpfMap<uint, ulong> NewSlots() =>
        BpfMap.Create<uint, ulong>(BpfMapType.Array, SynAckFilter.SlotCount, BpfMapFlags.MemoryMappable, "test_slots");
}
