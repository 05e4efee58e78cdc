namespace Hops.Host.Programs;

/// <summary>Has the offsets of fields in the headers of IPv4 (RFC 791) and IPv6 (RFC 8200), and their EtherTypes.</summary>
internal static class IpHeader
{
    // EtherTypes as a little-endian machine reads them from network byte order.
    public const int EtherTypeIpv4 = 0x0008;
    public const int EtherTypeIpv6 = 0xdd86;

    public const int Ipv4Fragment = 6;
    public const int Ipv4Ttl = 8;
    public const int Ipv4Protocol = 9;
    public const int Ipv4Source = 12;
    public const int Ipv4Destination = 16;

    /// <summary>Without options.</summary>
    public const int Ipv4Length = 20;

    public const int NextHeader = 6;
    public const int HopLimit = 7;
    public const int Ipv6Source = 8;
    public const int Ipv6Destination = 24;
    public const int Ipv6Length = 40;
}
