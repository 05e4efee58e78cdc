using Hops.Cli.Measuring.Methods;

namespace Hops.Cli.Tracing;

/// <summary>How many routers the target's answer crossed.</summary>
/// <param name="Distance">Null where it is unknown.</param>
/// <param name="Source">How it was learned: a source's name, <see cref="OfIcmp"/> or <see cref="OfReset"/>; null where it is unknown.</param>
/// <param name="Failure">Why it is unknown.</param>
internal sealed record WayBack(HopDistance? Distance, string? Source, Failure? Failure)
{
    /// <summary>The source where the target answered with an ICMP error, whose TTL the kernel tells.</summary>
    public const string OfIcmp = "icmp";

    /// <summary>The source where a RST refused: the target's, or that of a firewall in between.</summary>
    public const string OfReset = "rst";
}
