using System.Net;

namespace Hops.Guard;

/// <summary>
/// A guard refused a connection, or a request, before anything was sent. It reaches callers of <see cref="HttpClient"/> inside an
/// <see cref="HttpRequestException"/>: <see cref="HopGuard.IsRefusal"/> finds it. Its message is for operators; show strangers
/// <see cref="HopGuard.PublicMessage"/>.
/// </summary>
public sealed class HopGuardException : Exception
{
    internal HopGuardException(
        HopGuardReason reason, DnsEndPoint endPoint, int minimumHops, IReadOnlyList<HopGuardAttempt> attempts, string message, Exception? cause = null)
        : base(message, cause)
    {
        Reason = reason;
        EndPoint = endPoint;
        MinimumHops = minimumHops;
        Attempts = attempts;
    }

    /// <summary>Why.</summary>
    public HopGuardReason Reason { get; }

    /// <summary>The host and port that the caller named.</summary>
    public DnsEndPoint EndPoint { get; }

    /// <summary>The minimum distance, in hops: of that host, or of the network of the address that decided.</summary>
    public int MinimumHops { get; }

    /// <summary>The addresses that were looked at; empty when a scheme, a version or a port was refused.</summary>
    public IReadOnlyList<HopGuardAttempt> Attempts { get; }

    /// <summary>The distance that decided; null if none was measured.</summary>
    public HopDistance? Distance => Attempts.LastOrDefault(static attempt => attempt.Distance is not null)?.Distance;
}
