using System.Net;
using Hops.Host.Programs;

namespace Hops.Host.Watching;

/// <summary>Represents an event of a TCP connection of this host, as the kernel reported it. Unknown values are null.</summary>
public sealed record WatchedConnection
{
    private readonly CgroupName? _cgroupName;

    /// <summary>Gets the event.</summary>
    public required ConnectionEvent Event { get; init; }

    /// <summary>Gets the time of the event.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>
    /// Gets which end opened the connection. Null only for connections from before the watch that no listener of this host shows to be incoming.
    /// </summary>
    public ConnectionDirection? Direction { get; init; }

    /// <summary>Gets this host's end. An IPv4 address is given as IPv4, also for dual-stack sockets.</summary>
    public required IPEndPoint LocalEndPoint { get; init; }

    /// <summary>Gets the remote end.</summary>
    public required IPEndPoint RemoteEndPoint { get; init; }

    /// <summary>Gets the socket's cookie (<c>SO_COOKIE</c>), unique until the next boot.</summary>
    public required ulong Cookie { get; init; }

    /// <summary>
    /// Gets the cookie of the network namespace (<c>SO_NETNS_COOKIE</c>, Linux 5.14), unique until the next boot. Null only for connections from before the
    /// watch, in namespaces that the watch may not enter.
    /// </summary>
    public ulong? NetworkNamespace { get; init; }

    /// <summary>
    /// Gets the distance by the TTL of the packet that established the connection: the SYN+ACK of an outgoing connection, the last packet of the handshake of
    /// an incoming one. For <see cref="ConnectionEvent.Existing"/> and <see cref="ConnectionEvent.Drifted"/> it is by the TTL of the packet that arrived.
    /// </summary>
    public HopDistance? Distance { get; init; }

    /// <summary>Gets, for <see cref="ConnectionEvent.Drifted"/>, the distance by the TTL of the packets before.</summary>
    public HopDistance? FormerDistance { get; init; }

    /// <summary>Gets, for <see cref="ConnectionEvent.Drifted"/>, whether the packet resets the connection (RST).</summary>
    public bool IsReset { get; init; }

    /// <summary>
    /// Gets whether the connection is a subflow of Multipath TCP, whose socket is not the application's. Null (unknown) with <see cref="KernelSide.Packets"/>.
    /// </summary>
    public bool? IsSubflow { get; init; }

    /// <summary>
    /// Gets the round-trip time of the handshake, as the kernel measured it; null if a packet had to be sent twice, or with SYN cookies.
    /// </summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>
    /// Gets whether the round trip contradicts the distance: ten routers or more, and less than 10 µs for each. No path through that many real routers is so
    /// quick: the remote end is likely near and sends an unusual TTL. Routers within this machine, such as network namespaces, take about 3 µs each and look
    /// the same.
    /// </summary>
    public bool IsTooQuick =>
        Distance is { IsPlausible: true, Hops: var hops } && Shortest is { } time && QuickestPath.Contradicts(hops, time);

    /// <summary>
    /// Gets the process ID, in the host's namespace: of the process that connected, or for an incoming connection of the process that bound the port or holds
    /// the listening socket. Connections that the kernel makes, such as further subflows of Multipath TCP, have a kernel thread (<c>kworker</c>).
    /// </summary>
    public int? ProcessId { get; init; }

    /// <summary>Gets the user ID of that process, in the host's namespace.</summary>
    public uint? UserId { get; init; }

    /// <summary>
    /// Gets the command of the process: up to 15 bytes that the process can choose itself (<c>PR_SET_NAME</c>), decoded as UTF-8. Escape it before you write it
    /// to a terminal.
    /// </summary>
    public string? Command { get; init; }

    /// <summary>Gets the ID of the cgroup: that of the process, or for an incoming connection that of the socket.</summary>
    public ulong? CgroupId { get; init; }

    /// <summary>Gets the path of that cgroup below the root of the hierarchy, such as <c>/system.slice/nginx.service</c>.</summary>
    public string? Cgroup { get; init; }

    /// <summary>Gets the unit, the container and the pod that the path of the cgroup names.</summary>
    public CgroupName CgroupName
    {
        get => _cgroupName ?? CgroupName.Of(Cgroup);
        internal init => _cgroupName = value;
    }

    /// <summary>Gets the totals of a closed connection; null unless the event is <see cref="ConnectionEvent.Closed"/>.</summary>
    public WatchedEnd? End { get; init; }

    private TimeSpan? Shortest => End?.SmallestRoundTrip ?? RoundTrip;
}
