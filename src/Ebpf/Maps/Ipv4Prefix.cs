using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ebpf.Maps;

/// <summary>
/// Represents an IPv4 network as the key of a <see cref="BpfMapType.LpmTrie"/>: <c>trie[new Ipv4Prefix("10.0.0.0/8")] = 1</c>. A program writes the same two
/// words: the prefix's length, 32 for a lookup, and the address in network byte order.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Ipv4Prefix : IEquatable<Ipv4Prefix>
{
    private readonly uint _length;
    private readonly uint _address;

    /// <summary>Initializes a new instance for a network.</summary>
    /// <exception cref="ArgumentException">It is not an IPv4 network.</exception>
    public Ipv4Prefix(IPNetwork network)
        : this(network.BaseAddress, network.PrefixLength)
    {
    }

    /// <summary>Initializes a new instance for a network in text form, such as <c>192.0.2.0/24</c>.</summary>
    /// <exception cref="FormatException">The text is not a network.</exception>
    /// <exception cref="ArgumentException">It is not an IPv4 network.</exception>
    public Ipv4Prefix(string network)
        : this(IPNetwork.Parse(network))
    {
    }

    /// <summary>Initializes a new instance for a single address, for a lookup.</summary>
    /// <exception cref="ArgumentException">It is not an IPv4 address.</exception>
    public Ipv4Prefix(IPAddress address)
        : this(address, 32)
    {
    }

    private Ipv4Prefix(IPAddress address, int length)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[4];
        if (address.AddressFamily != AddressFamily.InterNetwork || !address.TryWriteBytes(bytes, out _))
        {
            throw new ArgumentException($"{address} is not an IPv4 address.", nameof(address));
        }

        _length = (uint)length;
        _address = MemoryMarshal.Read<uint>(bytes);
    }

    /// <summary>Gets the length of the prefix in bits, from 0 to 32.</summary>
    public int Length => (int)_length;

    /// <summary>Gets the address of the network.</summary>
    public IPAddress Address => new(_address);

    /// <inheritdoc/>
    public bool Equals(Ipv4Prefix other) => _length == other._length && _address == other._address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Ipv4Prefix other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_length, _address);

    /// <summary>Returns the network in text form, such as <c>192.0.2.0/24</c>.</summary>
    public override string ToString() => $"{Address}/{_length}";

    /// <summary>Returns true if length and address are equal.</summary>
    public static bool operator ==(Ipv4Prefix left, Ipv4Prefix right) => left.Equals(right);

    /// <summary>Returns true if length or address differ.</summary>
    public static bool operator !=(Ipv4Prefix left, Ipv4Prefix right) => !left.Equals(right);
}
