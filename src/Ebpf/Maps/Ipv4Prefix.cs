using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Ebpf.Maps;

/// <summary>
/// An IPv4 network as the key of a <see cref="BpfMapType.LpmTrie"/>: <c>trie[new Ipv4Prefix("10.0.0.0/8")] = 1</c>. A program writes the same two words: the
/// prefix's length, 32 for a look-up, and the address in network byte order.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Ipv4Prefix : IEquatable<Ipv4Prefix>
{
    private readonly uint _length;
    private readonly uint _address;

    /// <summary>Of a network.</summary>
    /// <exception cref="ArgumentException">It is no IPv4 network.</exception>
    public Ipv4Prefix(IPNetwork network)
        : this(network.BaseAddress, network.PrefixLength)
    {
    }

    /// <summary>Of a network as it is written: <c>192.0.2.0/24</c>.</summary>
    /// <exception cref="FormatException">It is not written so.</exception>
    /// <exception cref="ArgumentException">It is no IPv4 network.</exception>
    public Ipv4Prefix(string network)
        : this(IPNetwork.Parse(network))
    {
    }

    /// <summary>Of an address, for a look-up.</summary>
    /// <exception cref="ArgumentException">It is no IPv4 address.</exception>
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
            throw new ArgumentException($"{address} is no IPv4 address.", nameof(address));
        }

        _length = (uint)length;
        _address = MemoryMarshal.Read<uint>(bytes);
    }

    /// <summary>How many bits of the address count: 0 to 32.</summary>
    public int Length => (int)_length;

    /// <summary>The address.</summary>
    public IPAddress Address => new(_address);

    /// <inheritdoc/>
    public bool Equals(Ipv4Prefix other) => _length == other._length && _address == other._address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Ipv4Prefix other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_length, _address);

    /// <summary>As it is written: <c>192.0.2.0/24</c>.</summary>
    public override string ToString() => $"{Address}/{_length}";

    /// <summary>Whether length and address are the same.</summary>
    public static bool operator ==(Ipv4Prefix left, Ipv4Prefix right) => left.Equals(right);

    /// <summary>Whether length or address differ.</summary>
    public static bool operator !=(Ipv4Prefix left, Ipv4Prefix right) => !left.Equals(right);
}
