namespace Hops;

/// <summary>A way to learn the TTL of what arrived.</summary>
public enum HopSource
{
    /// <summary>An eBPF socket filter that this process loads. TCP clients, IPv4 and IPv6. Needs CAP_BPF; Linux 5.12.</summary>
    SocketFilter,

    /// <summary>
    /// The same filter, loaded once by an administrator and shared with all processes that may open it: pinned, or handed over by a service. TCP clients, IPv4
    /// and IPv6. Needs no capability; Linux 5.19, or the service.
    /// </summary>
    PinnedFilter,

    /// <summary>
    /// A socket option that tells the hop limit of the last packet received in order, used while that is the SYN+ACK. TCP clients, IPv6 only. A server that
    /// speaks first (SSH, SMTP, FTP) is mostly unknown: its first data arrives before the reading. Needs no capability; Linux 4.2.
    /// </summary>
    SocketOption,

    /// <summary>
    /// Connections made only to find out (<see cref="Probing.MinimumTtlProbe"/>). They are others than the one that is used, so no <see cref="HopMeter"/>
    /// measures this way.
    /// TCP servers, IPv4 and IPv6. Needs no capability; Linux 4.12.
    /// </summary>
    MinimumTtl,

    /// <summary>
    /// The SYN that the kernel kept of an accepted connection (<see cref="SavedSynExtensions"/>). TCP, IPv4 and IPv6. Needs no capability; Linux 4.2.
    /// </summary>
    SavedSyn,

    /// <summary>The TTL of a datagram that arrived. UDP, IPv4 and IPv6. Needs no capability; Linux 2.6.14.</summary>
    Datagram,

    /// <summary>
    /// A watch of the whole host, run by an administrator, that is asked for a socket which has not been prepared in any way. TCP, connected and accepted, IPv4
    /// and IPv6. Needs no capability, and <c>hops watch --share</c> running since before the connection.
    /// </summary>
    HostWatch,
}
