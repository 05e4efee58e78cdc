using System.Net;
using Hops.Host.Programs;

namespace Hops.Host.Watching;

/// <summary>A TCP connection of this host, as the kernel told of it. What is null is not known.</summary>
public sealed record WatchedConnection
{
    private readonly CgroupName? _cgroupName;

    /// <summary>What is told of it.</summary>
    public required ConnectionEvent Event { get; init; }

    /// <summary>When that happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who opened it. Null only for connections that were there before the watch and that no listener of this host shows to be incoming.</summary>
    public ConnectionDirection? Direction { get; init; }

    /// <summary>This host's end. IPv4 is told as IPv4, also of sockets that are for both.</summary>
    public required IPEndPoint LocalEndPoint { get; init; }

    /// <summary>The other end.</summary>
    public required IPEndPoint RemoteEndPoint { get; init; }

    /// <summary>The socket's cookie (<c>SO_COOKIE</c>), unique until the next boot.</summary>
    public required ulong Cookie { get; init; }

    /// <summary>
    /// The network namespace's cookie (<c>SO_NETNS_COOKIE</c>, Linux 5.14), unique until the next boot. Null only for connections from before the watch in
    /// namespaces that it may not enter.
    /// </summary>
    public ulong? NetworkNamespace { get; init; }

    /// <summary>
    /// The distance that the packet told which established the connection: the SYN+ACK of an outgoing one, the handshake's last of an incoming one. Of
    /// <see cref="ConnectionEvent.Existing"/> and <see cref="ConnectionEvent.Drifted"/> it is that of the packet that came.
    /// </summary>
    public HopDistance? Distance { get; init; }

    /// <summary>Of <see cref="ConnectionEvent.Drifted"/>: the distance that the packets before told.</summary>
    public HopDistance? FormerDistance { get; init; }

    /// <summary>Of <see cref="ConnectionEvent.Drifted"/>: whether the packet was one that ends the connection at once (RST).</summary>
    public bool IsReset { get; init; }

    /// <summary>
    /// Whether it is a subflow of Multipath TCP, whose socket is not the application's; null where that is not known: with <see cref="KernelSide.Packets"/>.
    /// </summary>
    public bool? IsSubflow { get; init; }

    /// <summary>The handshake's round trip, as the kernel measured it; null where a packet had to be sent twice, or under SYN cookies.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>
    /// Whether the round trip contradicts the distance: ten routers or more, and less than 10 µs for each. No path through that many real routers is so quick;
    /// the other end is likely near and sends an unusual TTL. Routers within this machine, such as network namespaces, take about 3 µs each and look the same.
    /// </summary>
    public bool IsTooQuick =>
        Distance is { IsPlausible: true, Hops: var hops } && Shortest is { } time && QuickestPath.Contradicts(hops, time);

    /// <summary>
    /// The process that connected; of an incoming connection the one that bound the port, or holds the listening socket. Its number is that of the host. What
    /// the kernel connects by itself, such as further subflows of Multipath TCP, is of one of its threads (<c>kworker</c>).
    /// </summary>
    public int? ProcessId { get; init; }

    /// <summary>The user of that process, as the host numbers users.</summary>
    public uint? UserId { get; init; }

    /// <summary>
    /// The process's command: up to 15 bytes that the process itself can choose (<c>PR_SET_NAME</c>), decoded as UTF-8. Not safe for a terminal as it is.
    /// </summary>
    public string? Command { get; init; }

    /// <summary>The id of the process's cgroup; of an incoming connection that of its socket.</summary>
    public ulong? CgroupId { get; init; }

    /// <summary>The path of that cgroup below the root of the hierarchy, such as <c>/system.slice/nginx.service</c>.</summary>
    public string? Cgroup { get; init; }

    /// <summary>What that path says: a unit, a container, a pod.</summary>
    public CgroupName CgroupName
    {
        get => _cgroupName ?? CgroupName.Of(Cgroup);
        internal init => _cgroupName = value;
    }

    /// <summary>What it was like; null unless it is <see cref="ConnectionEvent.Closed"/>.</summary>
    public WatchedEnd? End { get; init; }

    private TimeSpan? Shortest => End?.SmallestRoundTrip ?? RoundTrip;
}
