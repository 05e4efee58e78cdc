using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hops.Guard.Addresses;

/// <summary>
/// An address as a number, without its zone. <see cref="IPNetwork.Contains"/> will not do for the tables: .NET 10 takes an IPv4-mapped address for IPv4, so
/// ::ffff:0:0/96 does not contain ::ffff:10.0.0.1, and ::1/128 contains ::ffff:0.0.0.1.
/// </summary>
internal readonly record struct AddressBits
{
    private readonly AddressFamily _family;
    private readonly UInt128 _bits;

    private AddressBits(AddressFamily family, UInt128 bits)
    {
        _family = family;
        _bits = bits;
    }

    /// <summary>The first bits, at least one, and zeros behind them.</summary>
    public AddressBits Prefix(int length)
    {
        int zeros = (_family == AddressFamily.InterNetwork ? 32 : 128) - length;
        return new(_family, _bits >> zeros << zeros);
    }

    /// <summary>Whether a network contains all addresses of another, or a single one, whose prefix is then all of its bits.</summary>
    public static bool Contains(IPNetwork network, IPNetwork other) =>
        network.BaseAddress.AddressFamily == other.BaseAddress.AddressFamily
        && network.PrefixLength <= other.PrefixLength
        && (network.PrefixLength == 0 || Of(other.BaseAddress).Prefix(network.PrefixLength) == Of(network.BaseAddress));

    public static AddressBits Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return new(address.AddressFamily, length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}
