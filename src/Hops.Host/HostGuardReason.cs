namespace Hops.Host;

/// <summary>Why a guard in the kernel refuses.</summary>
public enum HostGuardReason : byte
{
    /// <summary>The server, or the client, is nearer than the minimum.</summary>
    Near = 1,

    /// <summary>The distance is above 35, or counted from the obsolete initial TTL of 32: any host can send such a TTL.</summary>
    Implausible,

    /// <summary>The address is in one of IANA's special-purpose registries: private, link-local and the like.</summary>
    SpecialPurpose,

    /// <summary>The address is one of a cloud's metadata service.</summary>
    CloudMetadata,

    /// <summary>The address is in one of the networks that are refused.</summary>
    Network,

    /// <summary>The port is not one of the allowed ones.</summary>
    Port,

    /// <summary>Nobody in the guarded control group listens at that address of this host; or the client is not in it.</summary>
    Loopback,

    /// <summary>A datagram to elsewhere than a resolver.</summary>
    Datagram,

    /// <summary>Neither TCP nor UDP.</summary>
    Protocol,

    /// <summary>A packet with options of IPv4, extension headers of IPv6 or in fragments, or an answer that is none: it could not be judged.</summary>
    Header,

    /// <summary>Data before the server has answered (TCP Fast Open). The kernel goes on without it.</summary>
    EarlyData,
}
