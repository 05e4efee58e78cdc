using System.Net;
using Hops.Guard;

namespace Hops.Host.Guarding;

/// <summary>Represents the options of a <see cref="HostGuard"/>.</summary>
public sealed record HostGuardOptions
{
    /// <summary>
    /// Gets the folder of the cgroup to guard, in the hierarchy of version 2. It should have no processes yet: existing connections stay open.
    /// </summary>
    public required string Cgroup { get; init; }

    /// <summary>
    /// Gets the policy: minimum distance, networks and ports. A guard in the kernel sees no names of hosts and calls no code, so options with hosts,
    /// <see cref="HopGuardOptions.IsAllowed"/> and <see cref="HopGuardOptions.AddressFamily"/> are errors. Options of schemes and of mixed names have no
    /// effect, and unmeasured connections are always refused. With <see cref="HopGuardMode.ReportOnly"/> connections are reported and not refused.
    /// </summary>
    public required HopGuardOptions Policy { get; init; }

    /// <summary>Gets the DNS resolvers that may be used, on port 53 over UDP and TCP, at any distance. If empty, no UDP is allowed.</summary>
    public IReadOnlyList<IPAddress> Resolvers { get; init; } = [];

    /// <summary>
    /// Gets whether clients that connect to the cgroup's listeners are judged, too, by their address and the distance of their SYN. Refused clients get no
    /// answer, and on loopback only clients of the same cgroup are allowed. The sender of a SYN chooses its initial TTL. Default: false, all clients are
    /// allowed.
    /// </summary>
    public bool JudgesIncoming { get; init; }
}
