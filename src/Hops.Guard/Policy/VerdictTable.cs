using System.Net;
using System.Net.Sockets;
using Hops.Guard.Addresses;

namespace Hops.Guard.Policy;

/// <summary>
/// Converts the decisions of <see cref="GuardPolicy"/> on addresses to a table, for code that cannot call it: the longest network that contains an address
/// decides. Each of the policy's conditions is whether the address is in some network, so all addresses that are in the same networks of the table are judged
/// alike.
/// </summary>
/// <remarks>
/// IPv4 addresses that stand behind a prefix in an IPv6 address are in the table, as networks of IPv6. Code that looks up an address must check the IPv4
/// address of ISATAP, which may follow any prefix, and refuse 2001::/32 (Teredo) and 64:ff9b:1::/48, where it stands in several places.
/// </remarks>
internal static class VerdictTable
{
    private static readonly IPNetwork AllIpv4 = new(IPAddress.Any, 0);
    private static readonly IPNetwork AllIpv6 = new(IPAddress.IPv6Any, 0);

    /// <summary>The prefixes directly after which <see cref="EmbeddedAddresses"/> finds an IPv4 address.</summary>
    private static readonly IPNetwork[] Embedding =
    [
        IPNetwork.Parse("::/96"), IPNetwork.Parse("::ffff:0:0/96"), IPNetwork.Parse("::ffff:0:0:0/96"), IPNetwork.Parse("64:ff9b::/96"),
        IPNetwork.Parse("2002::/16"),
    ];

    /// <summary>Neither ::/128 nor ::1/128 stands for an IPv4 address.</summary>
    private static readonly IPNetwork NotEmbedding = IPNetwork.Parse("::/127");

    /// <summary>The table, for both families.</summary>
    /// <param name="policy">One without a judgement of the application's own.</param>
    public static IReadOnlyList<NetworkVerdict> Of(GuardPolicy policy)
    {
        IPNetwork[] named =
        [
            AllIpv4, AllIpv6,
            .. SpecialPurpose.Blocks.Select(static block => block.Network),
            .. CloudMetadata.Addresses.Select(Single),
            .. policy.AllowedSpecialPurpose, .. policy.NearNetworks, .. policy.Refused,
            .. policy.MinimumHopsByNetwork.Select(static pair => pair.Network),
            NotEmbedding,
        ];
        IEnumerable<IPNetwork> embedded = named
            .Where(static network => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
            .SelectMany(static network => Embedding.Select(prefix => Embed(prefix, network)));
        return [.. named.Concat(embedded).Distinct().Select(network => Judge(policy, network))];
    }

    private static NetworkVerdict Judge(GuardPolicy policy, IPNetwork network)
    {
        HopGuardReason? reason = ReasonOf(policy, network);
        foreach (IPNetwork prefix in Embedding)
        {
            if (AddressBits.Contains(prefix, network) && !AddressBits.Contains(NotEmbedding, network))
            {
                reason ??= ReasonOf(policy, Embedded(prefix, network));
            }
        }

        return new(network, reason, MinimumOf(policy, network));
    }

    private static int MinimumOf(GuardPolicy policy, IPNetwork network) =>
        Contains(policy.NearNetworks, network) ? 0
        : policy.MinimumHopsByNetwork
            .Where(pair => AddressBits.Contains(pair.Network, network))
            .OrderByDescending(static pair => pair.Network.PrefixLength)
            .Select(static pair => pair.Hops)
            .FirstOrDefault(policy.MinimumHops);

    private static HopGuardReason? ReasonOf(GuardPolicy policy, IPNetwork network)
    {
        if (Contains(policy.Refused, network))
        {
            return HopGuardReason.Network;
        }

        // One of these is allowed by itself, not by a network that it happens to be in.
        if (CloudMetadata.Addresses.Any(address => Single(address).Equals(network)) && !policy.AllowedSpecialPurpose.Contains(network))
        {
            return HopGuardReason.CloudMetadata;
        }

        SpecialPurposeBlock? block = SpecialPurpose.Blocks
            .Where(block => AddressBits.Contains(block.Network, network))
            .MaxBy(static block => block.Network.PrefixLength);
        return block is { IsLetThrough: false } && !Contains(policy.AllowedSpecialPurpose, network) ? HopGuardReason.SpecialPurpose : null;
    }

    private static bool Contains(IReadOnlyList<IPNetwork> networks, IPNetwork network) =>
        networks.Any(other => AddressBits.Contains(other, network));

    private static IPNetwork Single(IPAddress address) => new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);

    private static IPNetwork Embed(IPNetwork prefix, IPNetwork network)
    {
        byte[] bytes = prefix.BaseAddress.GetAddressBytes();
        network.BaseAddress.GetAddressBytes().CopyTo(bytes, prefix.PrefixLength / 8);
        return new(new IPAddress(bytes), prefix.PrefixLength + network.PrefixLength);
    }

    private static IPNetwork Embedded(IPNetwork prefix, IPNetwork network)
    {
        int length = Math.Min(network.PrefixLength - prefix.PrefixLength, 32);
        // What is behind 6to4's IPv4 address is the site's own.
        return new(new IPAddress(network.BaseAddress.GetAddressBytes().AsSpan(prefix.PrefixLength / 8, 4)), length);
    }
}
