using System.Net.Sockets;
using Hops.Guard;

namespace EgressProxy.Reporting;

/// <summary>What became of a request.</summary>
/// <param name="Kind">For metrics: <c>established</c>, <c>refused</c>, <c>failed</c>, <c>unauthorized</c>, <c>invalid</c>.</param>
/// <param name="Status">What an operator may let clients know: the status of HTTP.</param>
/// <param name="Detail">For the log, and for clients of whom the operator wants them to know: <c>near</c>, <c>HostNotFound</c>.</param>
internal sealed record Outcome(string Kind, int Status, string Detail = "")
{
    public static readonly Outcome Established = new("established", StatusCodes.Status200OK);
    public static readonly Outcome Unauthorized = new("unauthorized", StatusCodes.Status407ProxyAuthenticationRequired);
    public static readonly Outcome Invalid = new("invalid", StatusCodes.Status400BadRequest);

    /// <param name="exception">What a guard threw, or an <see cref="HttpClient"/> that has one.</param>
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
