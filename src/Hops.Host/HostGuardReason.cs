namespace Hops.Host;

/// <summary>Specifies why a guard in the kernel refuses a connection, a packet or a socket.</summary>
public enum HostGuardReason : byte
{
    /// <summary>The server, or the client, is nearer than the minimum.</summary>
    Near = 1,

    /// <summary>The distance is above 35, or counted from the obsolete initial TTL of 32. Any host can send such a TTL.</summary>
    Implausible,

    /// <summary>The address is in one of IANA's special-purpose registries: private, link-local and the like.</summary>
    SpecialPurpose,

    /// <summary>The address is one of a cloud's metadata service.</summary>
    CloudMetadata,

    /// <summary>The address is in one of the networks that are refused.</summary>
    Network,

    /// <summary>The port is not one of the allowed ones.</summary>
    Port,

    /// <summary>
    /// The address is one of this host, and no process of the guarded control group listens there; or a client on this host is not in the control group.
    /// </summary>
    Loopback,

    /// <summary>The datagram is not for port 53 of a resolver.</summary>
    Datagram,

    /// <summary>The protocol is neither TCP nor UDP.</summary>
    Protocol,

    /// <summary>
    /// The packet cannot be judged: it has IPv4 options or IPv6 extension headers, it is a fragment, or it is not a valid answer to a SYN.
    /// </summary>
    Header,

    /// <summary>The packet has data before the server has answered (TCP Fast Open). The connection continues without that data.</summary>
    EarlyData,
}
