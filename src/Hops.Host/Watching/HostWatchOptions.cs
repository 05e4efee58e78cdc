using System.Net;

namespace Hops.Host.Watching;

/// <summary>What a <see cref="HostWatch"/> watches, and how.</summary>
public sealed record HostWatchOptions
{
    /// <summary>How the kernel learns TTLs; null tries <see cref="KernelSide.Header"/> and then <see cref="KernelSide.Packets"/>.</summary>
    public KernelSide? Side { get; init; }

    /// <summary>Only connections in this direction; null for both.</summary>
    public ConnectionDirection? Direction { get; init; }

    /// <summary>
    /// Only connections at this distance or nearer, from 0 to 126, and those that may be near: of unknown or implausible distance, or of one that the round
    /// trip contradicts (<see cref="WatchedConnection.IsTooQuick"/>). Null for all. The kernel drops the others.
    /// </summary>
    public int? MostHops { get; init; }

    /// <summary>Only connections to and from these networks; none for all. The kernel drops the others.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>
    /// Only the sockets of this cgroup and of those below it: a path below the root of the hierarchy (<c>/system.slice</c>), a name (<c>nginx.service</c>) that
    /// only one has, or a folder. Null for the root: all of this host, in all network namespaces.
    /// </summary>
    public string? Cgroup { get; init; }

    /// <summary>
    /// Only the sockets of this unit of the host's systemd, without its suffix if it is a service: <c>nginx</c>, <c>user@1000</c>, <c>session-3.scope</c>,
    /// <c>system.slice</c>. Null for all; not together with <see cref="Cgroup"/>. The watch ends when the unit stops: started again it has another cgroup.
    /// </summary>
    public string? Unit { get; init; }

    /// <summary>
    /// Whether to tell connections from before the watch, each when its next packet comes. While the watch runs, a program looks at each packet that comes in.
    /// </summary>
    public bool WithExisting { get; init; }

    /// <summary>
    /// Whether to tell when connections are over, and what they were like. Each takes some memory of the kernel's then, for as long as it lives.
    /// </summary>
    public bool WithClosed { get; init; }

    /// <summary>
    /// Whether to tell when a packet of a connection comes with another TTL than those before: from another sender, or by another way. While the watch runs, a
    /// program looks at each packet that comes in.
    /// </summary>
    public bool WithDrift { get; init; }

    /// <summary>
    /// Whether processes of this host may ask for the distances of their own sockets (<see cref="HopMeterSource.HostWatch"/>), whatever user they are of: over
    /// the Unix socket <c>/run/hops/watch.sock</c>, which takes root. Each connection takes some memory of the kernel's then, for as long as it lives. Only
    /// connections that the other options let through are answered for.
    /// </summary>
    public bool WithShare { get; init; }

    /// <summary>Whether to tell the commands of processes.</summary>
    public bool WithCommands { get; init; } = true;

    /// <summary>
    /// How many bytes the ring buffer between the kernel and this process holds: a power of two and at least a page. A record takes 144; what does not fit is
    /// lost, and counted.
    /// </summary>
    public int RingCapacity { get; init; } = 8 << 20;
}
