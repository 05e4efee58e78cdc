using System.Collections;
using System.Net;
using System.Net.Sockets;

namespace Hops.Guard.Addresses;

/// <summary>
/// Enumerates an address and each IPv4 address embedded in it, to which a translator or a tunnel may deliver packets. Allocates nothing if none is embedded.
/// </summary>
/// <remarks>
/// A network may also translate with a prefix of its own, of 32 to 96 bits (RFC 6052, section 2.2). Such a prefix cannot be told from the address: a network
/// that has one is refused by the options.
/// </remarks>
internal readonly struct EmbeddedAddresses : IEnumerable<IPAddress>
{
    private readonly IPAddress _address;
    private readonly List<IPAddress>? _embedded;

    private EmbeddedAddresses(IPAddress address, List<IPAddress>? embedded)
    {
        _address = address;
        _embedded = embedded;
    }

    public static EmbeddedAddresses Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return new(address, null);
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        List<IPAddress>? embedded = null;
        AddByPrefix(bytes, ref embedded);

        // ISATAP (RFC 5214, section 6.1), behind any prefix.
        if (bytes[8..12] is [0 or 2, 0, 0x5e, 0xfe])
        {
            Add(bytes[12..], ref embedded);
        }

        return new(address, embedded);
    }

    public Enumerator GetEnumerator() => new(this);

    IEnumerator<IPAddress> IEnumerable<IPAddress>.GetEnumerator() => (_embedded ?? []).Prepend(_address).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<IPAddress>)this).GetEnumerator();

    private static void AddByPrefix(ReadOnlySpan<byte> bytes, ref List<IPAddress>? embedded)
    {
        switch (bytes)
        {
            // IPv4-compatible and IPv4-mapped (RFC 4291, section 2.5.5), IPv4-translated (RFC 2765, section 2.1), the well-known prefix of translators (RFC
            // 6052, section 2.1). The unspecified and the loopback address are not IPv4-compatible, although they look it.
            case [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 or 1]:
                break;
            case [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ..]:
            case [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ..]:
            case [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, ..]:
            case [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, ..]:
                Add(bytes[12..], ref embedded);
                break;

            case [0, 0x64, 0xff, 0x9b, 0, 1, ..]:
                AddLocalUse(bytes, ref embedded);
                break;

            // 6to4 (RFC 3056, section 2).
            case [0x20, 0x02, ..]:
                Add(bytes[2..6], ref embedded);
                break;

            // Teredo (RFC 4380, section 4): the server, and the client with each bit inverted.
            case [0x20, 0x01, 0, 0, ..]:
                Add(bytes[4..8], ref embedded);
                Add([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]], ref embedded);
                break;
        }
    }

    /// <summary>
    /// Prefixes of 48 to 96 bits lie in 64:ff9b:1::/48 (RFC 8215), and the address does not tell which one it has. Whatever it may mean is in: what follows the
    /// IPv4 address is zero (RFC 6052, section 2.2, which also has the layouts: bits 64 to 71 are left out). So some addresses with a prefix shorter than 96
    /// bits look as if they stood for more than they do. This matters only where the options allow this block, which is refused as such.
    /// </summary>
    private static void AddLocalUse(ReadOnlySpan<byte> bytes, ref List<IPAddress>? embedded)
    {
        if (!bytes[11..].ContainsAnyExcept<byte>(0))
        {
            Add([bytes[6], bytes[7], bytes[9], bytes[10]], ref embedded);
        }

        if (!bytes[12..].ContainsAnyExcept<byte>(0))
        {
            Add([bytes[7], bytes[9], bytes[10], bytes[11]], ref embedded);
        }

        if (!bytes[13..].ContainsAnyExcept<byte>(0))
        {
            Add(bytes[9..13], ref embedded);
        }

        // Zero is the end of a shorter prefix's address, not 0.0.0.0 behind a prefix of 96 bits.
        if (bytes[12..].ContainsAnyExcept<byte>(0))
        {
            Add(bytes[12..], ref embedded);
        }
    }

    private static void Add(ReadOnlySpan<byte> bytes, ref List<IPAddress>? embedded) => (embedded ??= []).Add(new IPAddress(bytes));

    /// <summary>For <c>foreach</c>, which allocates nothing with it.</summary>
    public struct Enumerator(EmbeddedAddresses addresses)
    {
        private int _index = -2;

        public readonly IPAddress Current => _index < 0 ? addresses._address : addresses._embedded![_index];

        public bool MoveNext() => ++_index < (addresses._embedded?.Count ?? 0);
    }
}
