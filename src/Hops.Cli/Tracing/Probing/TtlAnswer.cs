using System.Net;

namespace Hops.Cli.Tracing.Probing;

/// <summary>Represents the answer to a packet with a given TTL.</summary>
/// <param name="Ttl">The initial TTL of the packet.</param>
/// <param name="Kind">The kind of answer.</param>
/// <param name="Address">The address that answered.</param>
internal sealed record TtlAnswer(int Ttl, AnswerKind Kind, IPAddress Address)
{
    /// <summary>Gets how long the answer took; null if the packet was sent twice, so that it is unknown which of the two was answered.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Gets how many routers the answer crossed; null if the kernel does not report its TTL, such as that of a reset.</summary>
    public HopDistance? Back { get; init; }

    /// <summary>Gets the ICMP error, if the answer was one.</summary>
    public IcmpError? Icmp { get; init; }
}
