using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ebpf.Maps;

/// <summary>
/// Represents an IPv6 network as the key of a <see cref="BpfMapType.LpmTrie"/>: <c>trie[new Ipv6Prefix("fd00::/8")] = 1</c>. A program writes the same five
/// words: the prefix's length, 128 for a lookup, and the address in network byte order.
/// </summary>
// Without Pack the address would lie at a multiple of 16.
[StructLayout(LayoutKind.Sequential, Pack = sizeof(uint))]
public readonly struct Ipv6Prefix : IEquatable<Ipv6Prefix>
{
    private readonly uint _length;
    private readonly UInt128 _address;

    /// <summary>Initializes a new instance for a network.</summary>
    /// <exception cref="ArgumentException">It is not an IPv6 network.</exception>
    public Ipv6Prefix(IPNetwork network)
        : this(network.BaseAddress, network.PrefixLength)
    {
    }

    /// <summary>Initializes a new instance for a network in text form, such as <c>2001:db8::/32</c>.</summary>
    /// <exception cref="FormatException">The text is not a network.</exception>
    /// <exception cref="ArgumentException">It is not an IPv6 network.</exception>
    public Ipv6Prefix(string network)
        : this(IPNetwork.Parse(network))
    {
    }

    /// <summary>Initializes a new instance for a single address, for a lookup.</summary>
    /// <exception cref="ArgumentException">It is not an IPv6 address.</exception>
    public Ipv6Prefix(IPAddress address)
        : this(address, 128)
    {
    }

    private Ipv6Prefix(IPAddress address, int length)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || !address.TryWriteBytes(bytes, out _))
        {
            throw new ArgumentException($"{address} is not an IPv6 address.", nameof(address));
        }

        _length = (uint)length;
        _address = MemoryMarshal.Read<UInt128>(bytes);
    }

    /// <summary>Gets the length of the prefix in bits, from 0 to 128.</summary>
    public int Length => (int)_length;

    /// <summary>Gets the address of the network.</summary>
    public IPAddress Address => new(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in _address)));

    /// <inheritdoc/>
    public bool Equals(Ipv6Prefix other) => _length == other._length && _address == other._address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Ipv6Prefix other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_length, _address);

    /// <summary>Returns the network in text form, such as <c>2001:db8::/32</c>.</summary>
    public override string ToString() => $"{Address}/{_length}";

    /// <summary>Returns true if length and address are equal.</summary>
    public static bool operator ==(Ipv6Prefix left, Ipv6Prefix right) => left.Equals(right);

    /// <summary>Returns true if length or address differ.</summary>
    public static bool operator !=(Ipv6Prefix left, Ipv6Prefix right) => !left.Equals(right);
}
