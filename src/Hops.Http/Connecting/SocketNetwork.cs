using System.Net;
using System.Net.Sockets;

namespace Hops.Http.Connecting;

/// <summary>The real network: names by the system's resolver, connections by a <see cref="HopDialer"/>.</summary>
internal sealed class SocketNetwork : IHopNetwork
{
    private readonly HopDialer _dialer;
    private readonly HopMeter _meter;

    /// <param name="meter">Measures.</param>
    /// <param name="connectTimeout">For one connection.</param>
    public SocketNetwork(HopMeter meter, TimeSpan connectTimeout)
    {
        _meter = meter;
        _dialer = new HopDialer(meter, new() { ConnectTimeout = connectTimeout, DisarmAfterReading = true });
    }

    public string Source => _meter.Source.ToString();

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await HostAddresses.ResolveAsync(host, AddressFamily.Unspecified, cancellationToken).ConfigureAwait(false);

    public async ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        HopConnection connection = await _dialer.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
        connection.Socket.NoDelay = true;
        return new(connection.GetStream(), connection.RemoteEndPoint.Address, connection.Distance);
    }

    public async ValueTask ProveAsync(CancellationToken cancellationToken)
    {
        AddressFamily family = _meter.Measures(AddressFamily.InterNetwork) ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        IPAddress loopback = family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        using Socket listener = new(family, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(loopback, 0));
        listener.Listen();
        using HopConnection connection = await _dialer.ConnectAsync([loopback], ((IPEndPoint)listener.LocalEndPoint!).Port, cancellationToken).ConfigureAwait(false);
        if (connection.Distance is not { Hops: 0 })
        {
            throw new InvalidOperationException($"A connection of this host to itself measured {connection.Distance?.ToString() ?? "unknown"} by {Source}, not 0 hops.");
        }
    }
}
