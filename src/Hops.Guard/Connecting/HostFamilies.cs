using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Hops.Guard.Connecting;

/// <summary>The address families that a host has, as its interfaces tell.</summary>
/// <param name="Beyond">Those with an address that others can reach: neither loopback nor link-local, which every host has of its own accord.</param>
/// <param name="Loopback">Those with a loopback address.</param>
internal sealed record HostFamilies(IReadOnlySet<AddressFamily> Beyond, IReadOnlySet<AddressFamily> Loopback)
{
    /// <summary>Of the network namespace of this process.</summary>
    /// <exception cref="NetworkInformationException">The kernel does not tell.</exception>
    public static HostFamilies Read()
    {
        HashSet<AddressFamily> beyond = [];
        HashSet<AddressFamily> loopback = [];
        foreach (IPAddress address in NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(static one => one.GetIPProperties().UnicastAddresses).Select(static unicast => unicast.Address))
        {
            if (IPAddress.IsLoopback(address))
            {
                loopback.Add(address.AddressFamily);
            }
            else if (!IsLinkLocal(address))
            {
                beyond.Add(address.AddressFamily);
            }
        }

        return new HostFamilies(beyond, loopback);
    }

    // RFC 3927 and RFC 4291, section 2.5.6.
    private static bool IsLinkLocal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? address.IsIPv6LinkLocal : address.GetAddressBytes() is [169, 254, ..];
}
