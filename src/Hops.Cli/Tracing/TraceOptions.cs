using System.Net.Sockets;
using Hops.Cli.Tracing.Probing;

namespace Hops.Cli.Tracing;

/// <summary>Represents the options of <c>hops trace</c>.</summary>
internal sealed record TraceOptions
{
    public required string Target { get; init; }

    public AddressFamily Family { get; init; }

    /// <summary>Gets the port of a target that names none; null for that of its scheme.</summary>
    public int? Port { get; init; }

    public TraceLimits Limits { get; init; } = new(MaximumHops: 30, Probes: 3, TimeSpan.FromSeconds(2));

    /// <summary>Gets the source for the way back over TCP; null for the best that this process may use.</summary>
    public HopSource? Source { get; init; }

    /// <summary>Gets whether to look up the names of routers.</summary>
    public bool Names { get; init; } = true;

    public bool Json { get; init; }
}
