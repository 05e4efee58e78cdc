using Hops.Cli.Measuring.Methods;

namespace Hops.Cli.Tracing;

/// <summary>Represents the way back: how many routers the answer of the target crossed.</summary>
/// <param name="Distance">The distance; null if it is unknown.</param>
/// <param name="Source">How it was measured: the name of a source, <see cref="OfIcmp"/> or <see cref="OfReset"/>; null if the distance is unknown.</param>
/// <param name="Failure">Why the distance is unknown.</param>
internal sealed record WayBack(HopDistance? Distance, string? Source, Failure? Failure)
{
    /// <summary>The source if the target answered with an ICMP error, whose TTL the kernel reports.</summary>
    public const string OfIcmp = "icmp";

    /// <summary>The source if a RST refused, from the target or from a firewall in between.</summary>
    public const string OfReset = "rst";
}
