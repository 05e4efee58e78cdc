namespace Hops.Host.Watching;

/// <summary>Where a listening socket listens.</summary>
/// <param name="NetworkNamespace">Its network namespace's cookie.</param>
/// <param name="Address">In network byte order; IPv4 as ::ffff:192.0.2.1.</param>
/// <param name="Port">Its port.</param>
internal readonly record struct Listener(ulong NetworkNamespace, UInt128 Address, ushort Port)
{
    // The third word of ::ffff:0:0/96.
    private const uint MappedWord = 0xffff0000;

    private static readonly UInt128 AnyIpv6 = 0;
    private static readonly UInt128 AnyIpv4 = (UInt128)MappedWord << 64;

    /// <summary>
    /// The addresses that a listening socket may have to which a connection to an address comes, as the kernel prefers them: of those for any address, the one
    /// for IPv4 alone; that for IPv6 may be for IPv6 alone.
    /// </summary>
    public static UInt128[] AddressesFor(UInt128 address) => IsMapped(address) ? [address, AnyIpv4, AnyIpv6] : [address, AnyIpv6];

    private static bool IsMapped(UInt128 address) => (ulong)address == 0 && (uint)(address >> 64) == MappedWord;
}
