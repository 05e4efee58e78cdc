using System.Net;
using System.Net.Sockets;
using CsCheck;
using Hops.Guard.Addresses;
using Hops.Guard.Policy;

namespace Hops.Guard.Tests.Policy;

/// <summary>The table for the kernel says what the policy says.</summary>
public sealed class VerdictTableTests
{
    private static readonly string[] Networks =
    [
        "10.0.0.0/8", "10.1.2.0/24", "169.254.0.0/16", "169.254.169.254/32", "192.0.0.0/24", "0.0.0.0/0", "8.8.8.0/24", "8.8.8.8/32", "100.64.0.0/10",
        "fd00::/8", "fd00:ec2::254/128", "2002::/16", "64:ff9b::/96", "2606:4700::/32", "2606:4700:1::1/128", "::/96", "2001:db8::/32", "::/0",
    ];

    // Where what looks an address up in the table has to do more: see there.
    private static readonly IPNetwork[] Elsewhere = [IPNetwork.Parse("::ffff:0:0/96"), IPNetwork.Parse("2001::/32"), IPNetwork.Parse("64:ff9b:1::/48")];

    private static readonly Gen<string[]> Some = Gen.Shuffle(Networks, 0, 4);

    private static readonly Gen<int> Minimum = Gen.Int[0, 35];

    [Fact]
    public void The_table_says_of_any_address_what_the_policy_says() => Gen.Select(
        Some, Some, Some, Gen.Select(Some, Minimum.Array[4]), Gen.ULong.Array[50]).Sample(
        static (allowed, near, refused, minimums, addresses) =>
        {
            HopGuardOptions options = new() { MinimumHops = 3 };
            Add(options.AllowedSpecialPurposeNetworks, allowed);
            Add(options.AllowedNearNetworks, near);
            Add(options.RefusedNetworks, refused);
            foreach ((string network, int hops) in minimums.Item1.Zip(minimums.Item2))
            {
                options.MinimumHopsByNetwork[network] = hops;
            }

            GuardPolicy policy = new(options);
            IReadOnlyList<NetworkVerdict> table = VerdictTable.Of(policy);
            foreach (ulong bits in addresses)
            {
                Compare(policy, table, AddressIn(table[(int)(bits % (ulong)table.Count)].Network, bits / 1000));
            }
        },
        iter: 300);

    [Fact]
    public void Each_network_is_in_the_table_once()
    {
        IReadOnlyList<NetworkVerdict> table = VerdictTable.Of(new(new() { MinimumHops = 1, RefusedNetworks = { "10.0.0.0/8" } }));
        Assert.Equal(table.Count, table.Select(static row => row.Network).Distinct().Count());
        Assert.Contains(new(IPNetwork.Parse("0.0.0.0/0"), null, 1), table);
        Assert.Contains(new(IPNetwork.Parse("::/0"), null, 1), table);
        Assert.Contains(new(IPNetwork.Parse("64:ff9b::a00:0/104"), HopGuardReason.Network, 1), table);
    }

    private static void Compare(GuardPolicy policy, IReadOnlyList<NetworkVerdict> table, IPAddress address)
    {
        if (Elsewhere.Any(network => AddressBits.Contains(network, Single(address))) || IsIsatap(address))
        {
            return;
        }

        NetworkVerdict verdict = table.Where(row => AddressBits.Contains(row.Network, Single(address))).MaxBy(static row => row.Network.PrefixLength);
        Assert.Equal(policy.Judge(new DnsEndPoint("a.example", 443), address, out _), verdict.Reason);
        // TTL 64 is no hop away, 28 is 36 and so implausible.
        for (int ttl = 64; ttl >= 28; ttl--)
        {
            HopDistance distance = HopDistance.FromReceivedTtl(ttl);
            HopGuardReason? reason = verdict.MinimumHops == 0 ? null : !distance.IsPlausible ? HopGuardReason.Implausible
                : distance.Hops < verdict.MinimumHops ? HopGuardReason.Near : null;
            Assert.Equal(policy.Judge("a.example", address, distance), reason);
        }
    }

    private static void Add(ICollection<string> list, string[] networks)
    {
        foreach (string network in networks)
        {
            list.Add(network);
        }
    }

    private static IPNetwork Single(IPAddress address) => new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);

    private static bool IsIsatap(IPAddress address) => address.GetAddressBytes() is [_, _, _, _, _, _, _, _, 0 or 2, 0, 0x5e, 0xfe, ..];

    /// <summary>Any address of a network, its first and last among them.</summary>
    private static IPAddress AddressIn(IPNetwork network, ulong bits)
    {
        byte[] bytes = network.BaseAddress.GetAddressBytes();
        byte[] random = (bits % 5) switch
        {
            0 => new byte[16],
            1 => [.. Enumerable.Repeat((byte)0xff, 16)],
            _ => [.. BitConverter.GetBytes(bits), .. BitConverter.GetBytes(~bits)],
        };
        for (int i = 0; i < bytes.Length; i++)
        {
            int fixedBits = Math.Clamp(network.PrefixLength - (8 * i), 0, 8);
            bytes[i] |= (byte)(random[i] & (0xff >> fixedBits));
        }

        return new(bytes);
    }
}
