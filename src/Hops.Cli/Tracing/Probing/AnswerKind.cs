namespace Hops.Cli.Tracing.Probing;

/// <summary>Who answered a packet with a given TTL, and how. In JSON in kebab-case.</summary>
internal enum AnswerKind
{
    /// <summary>A router at which the TTL ended: ICMP time exceeded.</summary>
    Router,

    /// <summary>The target accepted the connection, or sent a datagram back.</summary>
    Answered,

    /// <summary>The target refused: a reset, or an ICMP error from its own address. The packet has arrived.</summary>
    Refused,

    /// <summary>Somebody in between, or this host itself, let the packet go no further: any other ICMP error.</summary>
    Unreachable,
}
