namespace Hops.Host.Watching;

/// <summary>Represents the namespace, address and port of a listening socket.</summary>
/// <param name="NetworkNamespace">The cookie of the network namespace.</param>
/// <param name="Address">The address in network byte order; IPv4 as ::ffff:192.0.2.1.</param>
/// <param name="Port">The port.</param>
internal readonly record struct Listener(ulong NetworkNamespace, UInt128 Address, ushort Port)
{
    // The third word of ::ffff:0:0/96.
    private const uint MappedWord = 0xffff0000;

    private static readonly UInt128 AnyIpv6 = 0;
    private static readonly UInt128 AnyIpv4 = (UInt128)MappedWord << 64;

    /// <summary>
    /// Returns the addresses of listeners that can accept a connection to an address, in the kernel's order of preference: the address itself, then for IPv4
    /// any IPv4 address, then any IPv6 address, whose socket may be for both families.
    /// </summary>
    public static UInt128[] AddressesFor(UInt128 address) => IsMapped(address) ? [address, AnyIpv4, AnyIpv6] : [address, AnyIpv6];

    private static bool IsMapped(UInt128 address) => (ulong)address == 0 && (uint)(address >> 64) == MappedWord;
}
