using System.Net;
using System.Net.Sockets;
using CsCheck;
using Hops.Guard.Addresses;

namespace Hops.Guard.Tests.Addresses;

public sealed class SpecialPurposeTests
{
    public static TheoryData<string> Blocks => [.. Registry.Rows.Select(static row => row.Block)];

    [Fact]
    public void Table_is_the_registries() => Assert.Equal(
        Registry.Rows.Select(static row => (row.Block, row.GloballyReachable == "True", row.Reference, row.IsRefused)).Order(),
        SpecialPurpose.Blocks.Select(static block => (block.Network.ToString(), block.IsGloballyReachable, block.Reference, !block.IsLetThrough)).Order());

    [Fact]
    public void No_block_stands_there_twice() =>
        Assert.Equal(SpecialPurpose.Blocks.Count, SpecialPurpose.Blocks.Select(static block => block.Network).Distinct().Count());

    [Fact]
    public void Nothing_is_let_through_that_its_registry_does_not_call_reachable() =>
        Assert.DoesNotContain(SpecialPurpose.Blocks, static block => block is { IsLetThrough: true, IsGloballyReachable: false });

    [Fact]
    public void Only_these_are_let_through_from_within_a_refused_block() => Assert.Equal(
        ["2001:3::/32", "2001:4:112::/48"],
        SpecialPurpose.Blocks
            .Where(static inner => inner.IsLetThrough
                && SpecialPurpose.Blocks.Any(outer => !outer.IsLetThrough
                    && outer.Network.Contains(inner.Network.BaseAddress)
                    && outer.Network.PrefixLength < inner.Network.PrefixLength))
            .Select(static inner => inner.Network.ToString()));

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Block_ends_where_the_registry_ends_it(string block)
    {
        Registry.Row row = Assert.Single(Registry.Rows, row => row.Block == block);
        UInt128 highest = row.Family == AddressFamily.InterNetwork ? uint.MaxValue : UInt128.MaxValue;
        List<UInt128> numbers = [row.First, row.Last];
        if (row.First > 0)
        {
            numbers.Add(row.First - 1);
        }

        if (row.Last < highest)
        {
            numbers.Add(row.Last + 1);
        }

        foreach (IPAddress address in numbers.Select(number => Registry.Address(number, row.Family)))
        {
            Assert.Equal((address, Registry.Refusing(address)?.Block), (address, SpecialPurpose.Find(address)?.Network.ToString()));
        }
    }

    [Theory]
    [InlineData("1.0.0.0")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("2001:200::")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2003::")]
    [InlineData("2606:4700::1111")]
    [InlineData("64:ff9b::808:808")]
    public void Address_of_the_Internet_is_let_through(string address) => Assert.Null(SpecialPurpose.Find(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.1", "private use", "RFC 1918")]
    [InlineData("192.0.0.9", "Port Control Protocol anycast", "RFC 7723")]
    [InlineData("2001:1::4", "IETF protocol assignments", "RFC 2928")]
    [InlineData("fe80::1%7", "link-local", "RFC 4291")]
    [InlineData("fd12::1%7", "unique local", "RFC 4193")]
    [InlineData("::1%7", "loopback", "RFC 4291")]
    [InlineData("::ffff:10.0.0.1", "IPv4-mapped", "RFC 4291")]
    [InlineData("::ffff:8.8.8.8", "IPv4-mapped", "RFC 4291")]
    public void Refusal_names_the_most_specific_block_whatever_the_zone(string address, string name, string reference)
    {
        SpecialPurposeBlock? block = SpecialPurpose.Find(IPAddress.Parse(address));

        Assert.Equal((name, reference), (block?.Name, block?.Reference));
    }

    [Fact]
    public void Any_address_is_judged_as_the_registry_has_it()
    {
        Gen<Registry.Row> rows = Gen.OneOf((Registry.Row[])[.. Registry.Rows]);
        Gen.Select(rows, Gen.ULong, Gen.ULong).Sample(
            static (row, high, low) =>
            {
                // One in the block, and one anywhere.
                UInt128 random = new(high, low);
                UInt128 anywhere = row.Family == AddressFamily.InterNetwork ? (uint)low : random;
                UInt128 inside = row.First + (row.Last - row.First == UInt128.MaxValue ? random : random % (row.Last - row.First + 1));
                foreach (IPAddress address in new[] { Registry.Address(inside, row.Family), Registry.Address(anywhere, row.Family) })
                {
                    Assert.Equal((address, Registry.Refusing(address)?.Block), (address, SpecialPurpose.Find(address)?.Network.ToString()));
                }
            },
            iter: 10_000);
    }
}
