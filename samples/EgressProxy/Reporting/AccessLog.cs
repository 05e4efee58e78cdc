using System.Net;

namespace EgressProxy.Reporting;

/// <summary>Writes a line for each request, with client, user, target, outcome and bytes. Never a path, a query or a password.</summary>
internal sealed partial class AccessLog(ILogger<AccessLog> logger, ProxyMetrics metrics)
{
    /// <param name="client">The address of the client.</param>
    /// <param name="user">The name of the user; empty for none.</param>
    /// <param name="kind"><c>CONNECT</c>, or <c>HTTP</c>.</param>
    /// <param name="host">The target's name or address; empty if the request had none.</param>
    /// <param name="port">The target's port; zero if the request had none.</param>
    /// <param name="outcome">The outcome of the request.</param>
    /// <param name="up">Bytes from the client to the server, in a tunnel.</param>
    /// <param name="down">Bytes from the server to the client, in a tunnel.</param>
    /// <param name="duration">From the end of the request's head.</param>
    public void Write(IPAddress client, string user, string kind, string host, int port, Outcome outcome, long up, long down, TimeSpan duration)
    {
        metrics.Requested(kind, outcome);
        if (kind == "CONNECT")
        {
            metrics.Carried(up, down);
            Tunnel(client, user, host, port, outcome, up, down, (long)duration.TotalMilliseconds);
        }
        else
        {
            Request(client, user, host, port, outcome, (long)duration.TotalMilliseconds);
        }
    }

    /// <param name="client">The address of the client.</param>
    /// <param name="why"><c>network</c> or <c>limit</c>.</param>
    public void Rejected(IPAddress client, string why)
    {
        metrics.Rejected(why);
        Reset(client, why);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Client} user '{User}' CONNECT {Host} port {Port}: {Outcome}, {Up} bytes up, {Down} bytes down, {Milliseconds} ms")]
    private partial void Tunnel(IPAddress client, string user, string host, int port, Outcome outcome, long up, long down, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Client} user '{User}' HTTP {Host} port {Port}: {Outcome}, {Milliseconds} ms")]
    private partial void Request(IPAddress client, string user, string host, int port, Outcome outcome, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Client}: connection reset unread ({Why})")]
    private partial void Reset(IPAddress client, string why);
}
