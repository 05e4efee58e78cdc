using System.Diagnostics.Metrics;

namespace EgressProxy.Reporting;

/// <summary>Has the instruments of the proxy. Those of the guard are in the meter <c>Hops.Guard</c>. No tag has an address or a name.</summary>
internal sealed class ProxyMetrics : IDisposable
{
    public const string MeterName = "EgressProxy";

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<long> _connections;
    private readonly UpDownCounter<long> _tunnels;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _bytes;

    public ProxyMetrics()
    {
        _connections = _meter.CreateUpDownCounter<long>("egress.connections", "{connection}", "Open connections of clients.");
        _tunnels = _meter.CreateUpDownCounter<long>("egress.tunnels", "{tunnel}", "Open tunnels.");
        _rejected = _meter.CreateCounter<long>("egress.connections.rejected", "{connection}", "Connections of clients that were reset unread.");
        _requests = _meter.CreateCounter<long>("egress.requests", "{request}", "Requests, by kind and outcome.");
        _bytes = _meter.CreateCounter<long>("egress.bytes", "By", "Bytes that tunnels carried.");
    }

    public void Connected(int change) => _connections.Add(change);

    public void Tunneling(int change) => _tunnels.Add(change);

    /// <param name="why"><c>network</c> or <c>limit</c>.</param>
    public void Rejected(string why) => _rejected.Add(1, new KeyValuePair<string, object?>("why", why));

    public void Requested(string kind, Outcome outcome) =>
        _requests.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome.Kind));

    public void Carried(long up, long down)
    {
        _bytes.Add(up, new KeyValuePair<string, object?>("direction", "up"));
        _bytes.Add(down, new KeyValuePair<string, object?>("direction", "down"));
    }

    public void Dispose() => _meter.Dispose();
}
