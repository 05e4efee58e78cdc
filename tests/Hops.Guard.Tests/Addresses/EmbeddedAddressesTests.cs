using System.Net;
using System.Net.Sockets;
using CsCheck;
using Hops.Guard.Addresses;

namespace Hops.Guard.Tests.Addresses;

public sealed class EmbeddedAddressesTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string[] columns in DataFile.Read("embedded.txt"))
            {
                cases.Add(columns[0], columns[1]);
            }

            return cases;
        }
    }

    /// <summary>Every way to write an IPv4 address into an IPv6 one.</summary>
    private static (string Name, Func<byte[], byte[]> Embed)[] Embeddings { get; } =
    [
        ("IPv4-compatible", v4 => At("::", v4, 12, 13, 14, 15)),
        ("IPv4-mapped", v4 => At("::ffff:0:0", v4, 12, 13, 14, 15)),
        ("IPv4-translated", v4 => At("::ffff:0:0:0", v4, 12, 13, 14, 15)),
        ("well-known prefix", v4 => At("64:ff9b::", v4, 12, 13, 14, 15)),
        ("local use, 48 bits", v4 => At("64:ff9b:1::", v4, 6, 7, 9, 10)),
        ("local use, 56 bits", v4 => At("64:ff9b:1:ab00::", v4, 7, 9, 10, 11)),
        ("local use, 64 bits", v4 => At("64:ff9b:1:abcd::", v4, 9, 10, 11, 12)),
        ("local use, 96 bits", v4 => At("64:ff9b:1:abcd:0:ef01::", v4, 12, 13, 14, 15)),
        ("6to4", v4 => At("2002::1:2:3:4", v4, 2, 3, 4, 5)),
        ("Teredo server", v4 => At("2001::8000:63bf:3fff:fdd2", v4, 4, 5, 6, 7)),
        ("Teredo client", v4 => At("2001:0:4136:e378:8000:63bf::", [.. v4.Select(static b => (byte)~b)], 12, 13, 14, 15)),
        ("ISATAP", v4 => At("2600:1:2:3:0:5efe::", v4, 12, 13, 14, 15)),
        ("ISATAP, universal", v4 => At("2600:1:2:3:200:5efe::", v4, 12, 13, 14, 15)),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Addresses_inside_are_found(string address, string embedded)
    {
        IPAddress outer = IPAddress.Parse(address);
        IPAddress[] expected = [outer, .. embedded.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];

        Assert.Equal(expected, EmbeddedAddresses.Of(outer));
        Assert.Equal(expected, WithForeach(outer));
    }

    [Theory]
    [InlineData("fe80::5efe:a00:1")]
    [InlineData("2002:a00:1::")]
    [InlineData("::ffff:a00:1")]
    [InlineData("64:ff9b::a00:1")]
    public void Zone_hides_nothing(string address)
    {
        IPAddress zoned = new(IPAddress.Parse(address).GetAddressBytes(), 7);

        Assert.Equal([zoned, IPAddress.Parse("10.0.0.1")], EmbeddedAddresses.Of(zoned));
    }

    [Fact]
    public void Special_address_stays_special_in_every_embedding()
    {
        Registry.Row[] refused = [.. Registry.Rows.Where(static row => row is { Family: AddressFamily.InterNetwork, IsRefused: true })];
        Gen.Select(Gen.OneOf(refused), Gen.UInt, Gen.OneOf(Embeddings))
            .Sample(static (row, random, embedding) =>
            {
                IPAddress inner = Registry.Address(row.First + (random % (row.Last - row.First + 1)), AddressFamily.InterNetwork);
                IPAddress outer = new(embedding.Embed(inner.GetAddressBytes()));

                Assert.True(IsSpecial(outer), $"{inner} as {embedding.Name}: {outer}");

                // The inner address is checked, not only the outer one, which may be allowed. Zero behind a prefix of 96 bits, and the two that are not
                // IPv4-compatible addresses, have no inner address.
                if (row.Block is not ("0.0.0.0/8" or "0.0.0.0/32"))
                {
                    Assert.Contains(inner, EmbeddedAddresses.Of(outer));
                }
            }, iter: 10_000);
    }

    [Fact]
    public void Address_of_the_Internet_is_let_through_in_what_is_let_through_itself()
    {
        string[] names = ["IPv4-translated", "well-known prefix", "ISATAP", "ISATAP, universal"];
        Gen.Select(Gen.UInt, Gen.OneOf(Embeddings.Where(embedding => names.Contains(embedding.Name)).ToArray()))
            .Sample(static (number, embedding) =>
            {
                IPAddress inner = Registry.Address(number, AddressFamily.InterNetwork);

                Assert.Equal(Registry.Refusing(inner) is not null, IsSpecial(new IPAddress(embedding.Embed(inner.GetAddressBytes()))));
            }, iter: 10_000);
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("2606:4700::1111")]
    [InlineData("fe80::1%7")]
    public void Nothing_is_allocated_for_an_address_with_none_inside(string address)
    {
        IPAddress plain = IPAddress.Parse(address);
        Judge(plain);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Judge(plain);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool Judge(IPAddress address)
    {
        bool special = false;
        foreach (IPAddress inner in EmbeddedAddresses.Of(address))
        {
            special |= CloudMetadata.Contains(inner) || SpecialPurpose.Find(inner) is not null;
        }

        return special;
    }

    private static bool IsSpecial(IPAddress address) => EmbeddedAddresses.Of(address).Any(static inner => SpecialPurpose.Find(inner) is not null);

    private static List<IPAddress> WithForeach(IPAddress address)
    {
        List<IPAddress> addresses = [];
        foreach (IPAddress inner in EmbeddedAddresses.Of(address))
        {
            addresses.Add(inner);
        }

        return addresses;
    }

    private static byte[] At(string outer, byte[] v4, params ReadOnlySpan<int> positions)
    {
        byte[] bytes = IPAddress.Parse(outer).GetAddressBytes();
        for (int i = 0; i < 4; i++)
        {
            bytes[positions[i]] = v4[i];
        }

        return bytes;
    }
}
