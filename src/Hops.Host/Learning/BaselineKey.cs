using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;

namespace Hops.Host.Learning;

/// <summary>Represents the key of a learnt distance: a direction, the remote end's network, and the port of the service.</summary>
/// <param name="Direction">The direction of the connections.</param>
/// <param name="IsIPv6">Whether the network is an IPv6 network.</param>
/// <param name="Network">The prefix: 24 bits of IPv4, or 48 of IPv6.</param>
/// <param name="Port">The remote end's port of outgoing connections, this host's of incoming ones.</param>
internal readonly record struct BaselineKey(ConnectionDirection Direction, bool IsIPv6, ulong Network, ushort Port) : IComparable<BaselineKey>
{
    public const int PrefixOfIPv4 = 24;
    public const int PrefixOfIPv6 = 48;

    /// <returns>Null if the direction is unknown.</returns>
    public static BaselineKey? Of(WatchedConnection connection) => connection.Direction is { } direction
        ? new(
            direction, IsOfIPv6(connection.RemoteEndPoint.Address), NetworkOf(connection.RemoteEndPoint.Address),
            (ushort)(direction == ConnectionDirection.Outgoing ? connection.RemoteEndPoint : connection.LocalEndPoint).Port)
        : null;

    /// <summary>Returns the key with the network of an address.</summary>
    public static BaselineKey Of(ConnectionDirection direction, IPAddress address, ushort port) =>
        new(direction, IsOfIPv6(address), NetworkOf(address), port);

    /// <summary>The network as text: <c>192.0.2.0/24</c>, <c>2001:db8:1::/48</c>.</summary>
    public string NetworkText
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            if (IsIPv6)
            {
                BinaryPrimitives.WriteUInt64BigEndian(bytes, Network << (64 - PrefixOfIPv6));
                return $"{new IPAddress(bytes)}/{PrefixOfIPv6}";
            }

            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)Network << (32 - PrefixOfIPv4));
            return $"{new IPAddress(bytes[..4])}/{PrefixOfIPv4}";
        }
    }

    /// <summary>Sorts outgoing before incoming, IPv4 before IPv6, then by network and port.</summary>
    public int CompareTo(BaselineKey other) =>
        Direction != other.Direction ? Direction.CompareTo(other.Direction)
        : IsIPv6 != other.IsIPv6 ? IsIPv6.CompareTo(other.IsIPv6)
        : Network != other.Network ? Network.CompareTo(other.Network)
        : Port.CompareTo(other.Port);

    private static bool IsOfIPv6(IPAddress address) => address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false };

    private static ulong NetworkOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).TryWriteBytes(bytes, out _);
        return IsOfIPv6(address)
            ? BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (64 - PrefixOfIPv6)
            : BinaryPrimitives.ReadUInt32BigEndian(bytes) >> (32 - PrefixOfIPv4);
    }
}
