namespace Hops;

/// <summary>Specifies how the TTL of an arriving packet is read.</summary>
public enum HopSource
{
    /// <summary>An eBPF socket filter that this process loads. TCP clients, IPv4 and IPv6. Needs CAP_BPF; Linux 5.12.</summary>
    SocketFilter,

    /// <summary>
    /// The same filter, loaded once by an administrator and shared with all processes that may open it: pinned, or passed on by a service. TCP clients, IPv4
    /// and IPv6. Needs no capability; Linux 5.19, or the service.
    /// </summary>
    PinnedFilter,

    /// <summary>
    /// A socket option that returns the hop limit of the last packet received in order, used while that packet is the SYN+ACK. TCP clients, IPv6 only. The
    /// distance of a server that speaks first (SSH, SMTP, FTP) is usually unknown, because its first data arrives before the reading. Needs no capability;
    /// Linux 4.2.
    /// </summary>
    SocketOption,

    /// <summary>
    /// Separate connections made only to measure (<see cref="Probing.MinimumTtlProbe"/>). A <see cref="HopMeter"/> does not use them, because it measures the
    /// connection that the application uses. TCP servers, IPv4 and IPv6. Needs no capability; Linux 4.12.
    /// </summary>
    MinimumTtl,

    /// <summary>
    /// The SYN of an accepted connection, saved by the kernel (<see cref="SavedSynExtensions"/>). TCP, IPv4 and IPv6. Needs no capability; Linux 4.2.
    /// </summary>
    SavedSyn,

    /// <summary>The TTL of a datagram that arrived. UDP, IPv4 and IPv6. Needs no capability; Linux 2.6.14.</summary>
    Datagram,

    /// <summary>
    /// A watch of the whole host, run by an administrator, which also measures sockets that were not prepared. TCP, connected and accepted, IPv4 and IPv6.
    /// Needs no capability, but <c>hops watch --share</c> must have been running since before the connection.
    /// </summary>
    HostWatch,
}
