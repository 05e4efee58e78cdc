using System.Net.Sockets;
using Hops.Guard;

namespace EgressProxy.Reporting;

/// <summary>Represents the outcome of a request.</summary>
/// <param name="Kind">The kind, for metrics: <c>established</c>, <c>refused</c>, <c>failed</c>, <c>unauthorized</c>, <c>invalid</c>.</param>
/// <param name="Status">The HTTP status for clients, if reasons are revealed.</param>
/// <param name="Detail">The reason, for the log and, if reasons are revealed, for clients: <c>near</c>, <c>HostNotFound</c>.</param>
internal sealed record Outcome(string Kind, int Status, string Detail = "")
{
    public static readonly Outcome Established = new("established", StatusCodes.Status200OK);
    public static readonly Outcome Unauthorized = new("unauthorized", StatusCodes.Status407ProxyAuthenticationRequired);
    public static readonly Outcome Invalid = new("invalid", StatusCodes.Status400BadRequest);

    /// <param name="exception">The exception of a guard, or of an <see cref="HttpClient"/> with a guard.</param>
    public static Outcome Of(Exception? exception)
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case HopGuardException refusal:
                    return new Outcome("refused", StatusCodes.Status403Forbidden, $"{refusal.Reason}");
                case SocketException { SocketErrorCode: SocketError.TimedOut }:
                case TimeoutException:
                    return new Outcome("failed", StatusCodes.Status504GatewayTimeout, nameof(SocketError.TimedOut));
                case SocketException socket:
                    return new Outcome("failed", StatusCodes.Status502BadGateway, $"{socket.SocketErrorCode}");
            }
        }

        return new Outcome("failed", StatusCodes.Status502BadGateway, exception?.GetType().Name ?? "");
    }

    public override string ToString() => Detail.Length == 0 ? Kind : $"{Kind} ({Detail})";
}
