using System.Net;
using System.Net.Sockets;
using Hops.Guard.Addresses;

namespace Hops.Guard.Policy;

/// <summary>
/// A set of networks that is searched by address. A search takes one look-up for each prefix length in the set, however many networks it has, because lists of
/// networks can be long.
/// </summary>
internal sealed class NetworkSet
{
    private readonly (int Length, HashSet<AddressBits> Networks)[] _ipv4;
    private readonly (int Length, HashSet<AddressBits> Networks)[] _ipv6;

    public NetworkSet(IEnumerable<IPNetwork> networks)
    {
        Networks = [.. networks];
        _ipv4 = ByLength(32);
        _ipv6 = ByLength(128);
    }

    /// <summary>As they were given.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; }

    /// <summary>An IPv4-mapped address is looked for as the IPv4 address.</summary>
    public bool Contains(IPAddress address)
    {
        if (Networks.Count == 0)
        {
            return false;
        }

        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        AddressBits bits = AddressBits.Of(plain);
        foreach ((int length, HashSet<AddressBits> networks) in plain.AddressFamily == AddressFamily.InterNetwork ? _ipv4 : _ipv6)
        {
            if (length == 0 || networks.Contains(bits.Prefix(length)))
            {
                return true;
            }
        }

        return false;
    }

    private (int Length, HashSet<AddressBits> Networks)[] ByLength(int bits) =>
    [
        .. Networks
            .Where(network => (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) == bits)
            .GroupBy(static network => network.PrefixLength)
            .Select(static group => (group.Key, group.Select(static network => AddressBits.Of(network.BaseAddress)).ToHashSet())),
    ];
}
