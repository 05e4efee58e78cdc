using System.Net.Sockets;
using Hops.Cli.Tracing.Probing;

namespace Hops.Cli.Tracing;

/// <summary>What the user asked <c>hops trace</c> for.</summary>
internal sealed record TraceOptions
{
    public required string Target { get; init; }

    public AddressFamily Family { get; init; }

    /// <summary>Where the target names none; null for that of its scheme.</summary>
    public int? Port { get; init; }

    public TraceLimits Limits { get; init; } = new(MaximumHops: 30, Probes: 3, TimeSpan.FromSeconds(2));

    /// <summary>How to learn the TTL of the way back over TCP; null for the best way that this process may use.</summary>
    public HopSource? Source { get; init; }

    /// <summary>Whether to look up the routers' names.</summary>
    public bool Names { get; init; } = true;

    public bool Json { get; init; }
}
