using System.Net;

namespace EgressProxy.Reporting;

/// <summary>A line for each request: who, where to, what became of it, how much. Never a path, a query or a password.</summary>
internal sealed partial class AccessLog(ILogger<AccessLog> logger, ProxyMetrics metrics)
{
    /// <param name="client">The address.</param>
    /// <param name="user">The name; empty for none.</param>
    /// <param name="kind"><c>CONNECT</c>, or <c>HTTP</c>.</param>
    /// <param name="host">A name or an address; empty where the request had none.</param>
    /// <param name="port">Zero where the request had none.</param>
    /// <param name="outcome">What became of it.</param>
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

    /// <param name="client">The address.</param>
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
