using System.Net;

namespace Hops.Guard.Addresses;

/// <summary>
/// The blocks of IANA's IPv4 and IPv6 Special-Purpose Address Registries, both last updated 2025-10-09, and a few that stand in other registries. The most
/// specific block decides, as the registries have it.
/// </summary>
/// <remarks>
/// All blocks that the registries do not call globally reachable are refused, including those with "N/A" (Teredo, 6to4) and those without a value (withdrawn
/// blocks). Of the globally reachable blocks these are also refused:
/// <list type="bullet">
/// <item>The anycast addresses of PCP, TURN and DNS-SD: the nearest server answers, so it is one's own network's, and a PCP server opens the firewall.</item>
/// <item>
/// ORCHIDv2 and DETs: names of hosts, not places in the network. An overlay on this host decides where a connection goes, and a distance says nothing about it.
/// </item>
/// </list>
/// 64:ff9b::/96 is let through as the registry has it: with DNS64, every IPv4 server is there. <see cref="EmbeddedAddresses"/> has the IPv4 address, which is
/// what to judge.
/// </remarks>
/// <seealso href="https://www.iana.org/assignments/iana-ipv4-special-registry"/>
/// <seealso href="https://www.iana.org/assignments/iana-ipv6-special-registry"/>
internal static class SpecialPurpose
{
    /// <summary>All blocks, also those that are let through.</summary>
    public static IReadOnlyList<SpecialPurposeBlock> Blocks { get; } =
    [
        // The IPv4 registry, in its order.
        Refused("0.0.0.0/8", "this network", "RFC 791"),
        Refused("0.0.0.0/32", "this host on this network", "RFC 1122"),
        Refused("10.0.0.0/8", "private use", "RFC 1918"),
        Refused("100.64.0.0/10", "shared address space", "RFC 6598"),
        Refused("127.0.0.0/8", "loopback", "RFC 1122"),
        Refused("169.254.0.0/16", "link-local", "RFC 3927"),
        Refused("172.16.0.0/12", "private use", "RFC 1918"),
        Refused("192.0.0.0/24", "IETF protocol assignments", "RFC 6890"),
        Refused("192.0.0.0/29", "IPv4 service continuity", "RFC 7335"),
        Refused("192.0.0.8/32", "IPv4 dummy address", "RFC 7600"),
        RefusedThoughReachable("192.0.0.9/32", "Port Control Protocol anycast", "RFC 7723"),
        RefusedThoughReachable("192.0.0.10/32", "TURN anycast", "RFC 8155"),
        Refused("192.0.0.170/32", "NAT64/DNS64 discovery", "RFC 8880"),
        Refused("192.0.0.171/32", "NAT64/DNS64 discovery", "RFC 8880"),
        Refused("192.0.2.0/24", "documentation (TEST-NET-1)", "RFC 5737"),
        LetThrough("192.31.196.0/24", "AS112", "RFC 7535"),
        LetThrough("192.52.193.0/24", "automatic multicast tunnelling", "RFC 7450"),
        Refused("192.88.99.0/24", "6to4 relay anycast, withdrawn", "RFC 7526"),
        Refused("192.88.99.2/32", "6a44 relay anycast", "RFC 6751"),
        Refused("192.168.0.0/16", "private use", "RFC 1918"),
        LetThrough("192.175.48.0/24", "AS112, direct delegation", "RFC 7534"),
        Refused("198.18.0.0/15", "benchmarking", "RFC 2544"),
        Refused("198.51.100.0/24", "documentation (TEST-NET-2)", "RFC 5737"),
        Refused("203.0.113.0/24", "documentation (TEST-NET-3)", "RFC 5737"),
        Refused("240.0.0.0/4", "reserved", "RFC 1112"),
        Refused("255.255.255.255/32", "limited broadcast", "RFC 919"),

        // The IPv6 registry, in its order.
        Refused("::1/128", "loopback", "RFC 4291"),
        Refused("::/128", "unspecified", "RFC 4291"),
        Refused("::ffff:0:0/96", "IPv4-mapped", "RFC 4291"),
        LetThrough("64:ff9b::/96", "IPv4/IPv6 translation", "RFC 6052"),
        Refused("64:ff9b:1::/48", "IPv4/IPv6 translation, local use", "RFC 8215"),
        Refused("100::/64", "discard-only", "RFC 6666"),
        Refused("100:0:0:1::/64", "dummy prefix", "RFC 9780"),
        Refused("2001::/23", "IETF protocol assignments", "RFC 2928"),
        Refused("2001::/32", "Teredo", "RFC 4380"),
        RefusedThoughReachable("2001:1::1/128", "Port Control Protocol anycast", "RFC 7723"),
        RefusedThoughReachable("2001:1::2/128", "TURN anycast", "RFC 8155"),
        RefusedThoughReachable("2001:1::3/128", "DNS-SD service registration anycast", "RFC 9665"),
        Refused("2001:2::/48", "benchmarking", "RFC 5180"),
        LetThrough("2001:3::/32", "automatic multicast tunnelling", "RFC 7450"),
        LetThrough("2001:4:112::/48", "AS112", "RFC 7535"),
        Refused("2001:10::/28", "ORCHID, withdrawn", "RFC 4843"),
        RefusedThoughReachable("2001:20::/28", "ORCHIDv2", "RFC 7343"),
        RefusedThoughReachable("2001:30::/28", "drone remote identification (DET)", "RFC 9374"),
        Refused("2001:db8::/32", "documentation", "RFC 3849"),
        Refused("2002::/16", "6to4", "RFC 3056"),
        LetThrough("2620:4f:8000::/48", "AS112, direct delegation", "RFC 7534"),
        Refused("3fff::/20", "documentation", "RFC 9637"),
        Refused("5f00::/16", "segment routing (SRv6) SIDs", "RFC 9602"),
        Refused("fc00::/7", "unique local", "RFC 4193"),
        Refused("fe80::/10", "link-local", "RFC 4291"),

        // Multicast has registries of its own. The other two were withdrawn, and routers may still know them.
        Refused("224.0.0.0/4", "multicast", "RFC 5771"),
        Refused("ff00::/8", "multicast", "RFC 4291"),
        Refused("::/96", "IPv4-compatible, withdrawn", "RFC 4291"),
        Refused("fec0::/10", "site-local, withdrawn", "RFC 3879"),
    ];

    private static readonly SpecialPurposeBlock[] MostSpecificFirst = [.. Blocks.OrderByDescending(static block => block.Network.PrefixLength)];

    /// <summary>
    /// The block for which an address is refused; null if it may be a server's. Looks at the address as such, whatever its zone, not at those embedded in it.
    /// </summary>
    public static SpecialPurposeBlock? Find(IPAddress address)
    {
        AddressBits bits = AddressBits.Of(address);
        foreach (SpecialPurposeBlock block in MostSpecificFirst)
        {
            if (block.Contains(bits))
            {
                return block.IsLetThrough ? null : block;
            }
        }

        return null;
    }

    private static SpecialPurposeBlock Refused(string network, string name, string reference) => new(IPNetwork.Parse(network), name, reference);

    private static SpecialPurposeBlock RefusedThoughReachable(string network, string name, string reference) =>
        Refused(network, name, reference) with { IsGloballyReachable = true };

    private static SpecialPurposeBlock LetThrough(string network, string name, string reference) =>
        Refused(network, name, reference) with { IsGloballyReachable = true, IsLetThrough = true };
}
