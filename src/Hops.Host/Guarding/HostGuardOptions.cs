using System.Net;
using Hops.Guard;

namespace Hops.Host.Guarding;

/// <summary>What a <see cref="HostGuard"/> guards, and from what.</summary>
public sealed record HostGuardOptions
{
    /// <summary>
    /// The cgroup whose sockets are guarded: its folder in the hierarchy of version 2. Best one without processes: connections that are there already stay.
    /// </summary>
    public required string Cgroup { get; init; }

    /// <summary>
    /// Which servers may be connected to: minimum distance, networks and ports. The kernel knows no names of hosts and asks no code, so options with hosts,
    /// <see cref="HopGuardOptions.IsAllowed"/> and <see cref="HopGuardOptions.AddressFamily"/> are refused. Those of schemes and of mixed names have no meaning
    /// there, and what is not measured is refused always. <see cref="HopGuardMode.ReportOnly"/> refuses nothing, and tells what would have been.
    /// </summary>
    public required HopGuardOptions Policy { get; init; }

    /// <summary>The resolvers that may be asked, on port 53, over UDP and TCP, wherever they are. None: no UDP at all.</summary>
    public IReadOnlyList<IPAddress> Resolvers { get; init; } = [];

    /// <summary>
    /// Whether clients that connect to the cgroup's listeners are judged as well, by their address and by the distance of their SYN: those that are refused get
    /// no answer. On loopback only clients of the same cgroup are let in. Whoever sends a SYN chooses its initial TTL. Default: all clients are let in.
    /// </summary>
    public bool JudgesIncoming { get; init; }
}
