using System.Net.Sockets;
using Hops.Cli.Tracing.Probing;

namespace Hops.Cli.Tracing;

/// <summary>Formats the meaning of ICMP errors as the end of a sentence.</summary>
internal static class IcmpText
{
    private const byte Icmpv4Unreachable = 3;
    private const byte Icmpv6Unreachable = 1;

    public static string Of(IcmpError error)
    {
        bool isIpv4 = error.From.AddressFamily == AddressFamily.InterNetwork;
        string? meaning = error.Type != (isIpv4 ? Icmpv4Unreachable : Icmpv6Unreachable) ? null : isIpv4 ? Icmpv4(error.Code) : Icmpv6(error.Code);
        return $"{meaning ?? "an error"} (ICMP{(isIpv4 ? "" : "v6")} type {error.Type}, code {error.Code})";
    }

    /// <summary>RFC 792, RFC 1122, section 3.2.2.1, and RFC 1812, section 5.2.7.1.</summary>
    private static string? Icmpv4(byte code) => code switch
    {
        0 or 6 or 11 => "network unreachable",
        1 or 7 or 8 or 12 => "host unreachable",
        2 => "protocol unreachable",
        3 => "port unreachable",
        9 => "the network is administratively prohibited",
        10 => "the host is administratively prohibited",
        13 => "administratively prohibited",
        _ => null,
    };

    /// <summary>RFC 4443, section 3.1.</summary>
    private static string? Icmpv6(byte code) => code switch
    {
        0 => "no route",
        1 => "administratively prohibited",
        2 => "beyond the scope of the source address",
        3 => "address unreachable",
        4 => "port unreachable",
        5 => "the source address is not allowed",
        6 => "the route rejects it",
        _ => null,
    };
}
