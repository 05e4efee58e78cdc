namespace Hops.Cli.Tracing.Probing;

/// <summary>Specifies the kind of answer to a packet with a given TTL. In JSON in kebab-case.</summary>
internal enum AnswerKind
{
    /// <summary>A router at which the TTL ended: ICMP time exceeded.</summary>
    Router,

    /// <summary>The target accepted the connection, or sent a datagram back.</summary>
    Answered,

    /// <summary>The target refused, by a reset or an ICMP error from its own address: the packet has arrived.</summary>
    Refused,

    /// <summary>A machine in between, or this host, rejected the packet: any other ICMP error.</summary>
    Unreachable,
}
