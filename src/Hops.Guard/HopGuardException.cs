using System.Net;

namespace Hops.Guard;

/// <summary>
/// The exception that is thrown if a guard refuses a connection or a request, before anything was sent. <see cref="HttpClient"/> wraps it in an
/// <see cref="HttpRequestException"/>; <see cref="HopGuard.IsRefusal"/> finds it. Its message is for operators; show <see cref="HopGuard.PublicMessage"/> to
/// untrusted users.
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

    /// <summary>Gets the reason for the refusal.</summary>
    public HopGuardReason Reason { get; }

    /// <summary>Gets the host and port that the caller requested.</summary>
    public DnsEndPoint EndPoint { get; }

    /// <summary>Gets the minimum distance that applied, in hops: that of the host, or of the network of the address that decided.</summary>
    public int MinimumHops { get; }

    /// <summary>Gets the addresses that were checked. Empty if a scheme, a version, a port or a host was refused.</summary>
    public IReadOnlyList<HopGuardAttempt> Attempts { get; }

    /// <summary>Gets the distance that decided; null if none was measured.</summary>
    public HopDistance? Distance => Attempts.LastOrDefault(static attempt => attempt.Distance is not null)?.Distance;
}
