using System.Net;

namespace Hops.Host.Watching;

/// <summary>Represents the options of a <see cref="HostWatch"/>.</summary>
public sealed record HostWatchOptions
{
    /// <summary>Gets how the kernel reads TTLs. Null tries <see cref="KernelSide.Header"/> and then <see cref="KernelSide.Packets"/>.</summary>
    public KernelSide? Side { get; init; }

    /// <summary>Gets the direction of the connections to report; null for both.</summary>
    public ConnectionDirection? Direction { get; init; }

    /// <summary>
    /// Gets the greatest distance to report, from 0 to 126 hops; null for all. Connections that may be near are reported, too: those with an unknown or
    /// implausible distance, or with one that the round trip contradicts (<see cref="WatchedConnection.IsTooQuick"/>). The others are dropped in the kernel.
    /// </summary>
    public int? MostHops { get; init; }

    /// <summary>Gets the remote networks whose connections are reported; empty for all. The others are dropped in the kernel.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; init; } = [];

    /// <summary>
    /// Gets the cgroup whose sockets, and those of the cgroups below it, are watched: a path below the root of the hierarchy (<c>/system.slice</c>), a unique
    /// name (<c>nginx.service</c>), or a folder. Null for the root: all sockets of this host, in all network namespaces.
    /// </summary>
    public string? Cgroup { get; init; }

    /// <summary>
    /// Gets the unit of the host's systemd whose sockets are watched; null for all. A service needs no suffix: <c>nginx</c>, <c>user@1000</c>,
    /// <c>session-3.scope</c>, <c>system.slice</c>. Excludes <see cref="Cgroup"/>. The watch ends when the unit stops, because a unit that starts again has
    /// another cgroup.
    /// </summary>
    public string? Unit { get; init; }

    /// <summary>
    /// Gets whether to report connections from before the watch, each when its next packet arrives. A program then runs for each incoming packet.
    /// </summary>
    public bool WithExisting { get; init; }

    /// <summary>
    /// Gets whether to report the end of connections (<see cref="WatchedConnection.End"/>). Each connection then takes some kernel memory while it exists.
    /// </summary>
    public bool WithClosed { get; init; }

    /// <summary>
    /// Gets whether to report a packet whose TTL differs from that of the connection's packets before: it is from another sender or came by another route. A
    /// program then runs for each incoming packet.
    /// </summary>
    public bool WithDrift { get; init; }

    /// <summary>
    /// Gets whether processes of all users may ask for the distances of their own sockets (<see cref="HopMeterSource.HostWatch"/>), over the Unix socket
    /// <c>/run/hops/watch.sock</c>. Needs root. Each connection then takes some kernel memory while it exists. Connections that the other options leave out
    /// have no answer.
    /// </summary>
    public bool WithShare { get; init; }

    /// <summary>Gets whether to report the commands of processes. Default: true.</summary>
    public bool WithCommands { get; init; } = true;

    /// <summary>
    /// Gets the size in bytes of the ring buffer between the kernel and this process: a power of two, at least a page. Default: 8 MiB. A record takes 144
    /// bytes. Records that do not fit are lost, and counted (<see cref="HostWatch.Lost"/>).
    /// </summary>
    public int RingCapacity { get; init; } = 8 << 20;
}
