using System.Net;

namespace Hops.Cli.Tracing.Probing;

/// <summary>What came back on a packet with a given TTL.</summary>
/// <param name="Ttl">With which it started.</param>
/// <param name="Kind">Who answered, and how.</param>
/// <param name="Address">Who answered.</param>
internal sealed record TtlAnswer(int Ttl, AnswerKind Kind, IPAddress Address)
{
    /// <summary>How long that took; null where the packet was sent twice, and which of the two was answered is unknown.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>How many routers the answer crossed; null where the kernel does not tell its TTL, as that of a reset.</summary>
    public HopDistance? Back { get; init; }

    /// <summary>The ICMP error that the answer was, if it was one.</summary>
    public IcmpError? Icmp { get; init; }
}
