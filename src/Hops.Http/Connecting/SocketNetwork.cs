using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Hops.Http.Connecting;

/// <summary>The real network: names by the system's resolver, connections by a <see cref="HopDialer"/>.</summary>
internal sealed class SocketNetwork : IHopNetwork
{
    private readonly HopMeter? _meter;
    private readonly HopDialer? _dialer;
    private readonly TimeSpan _connectTimeout;

    /// <param name="meter">Measures; null on a machine that cannot, where every distance is unknown.</param>
    /// <param name="connectTimeout">For one connection.</param>
    public SocketNetwork(HopMeter? meter, TimeSpan connectTimeout)
    {
        _meter = meter;
        _connectTimeout = connectTimeout;
        _dialer = meter is null ? null : new HopDialer(meter, new() { ConnectTimeout = connectTimeout, DisarmAfterReading = true });
    }

    public string Source => _meter?.Source.ToString() ?? "none";

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await HostAddresses.ResolveAsync(host, AddressFamily.Unspecified, cancellationToken).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        if (Measurable(addresses) > 0)
        {
            try
            {
                HopConnection connection = await _dialer!.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
                return new(StreamOf(connection.Socket), connection.RemoteEndPoint.Address, connection.Distance);
            }
            catch (SocketException) when (Measurable(addresses) < addresses.Count)
            {
                // Those that cannot be measured are left.
            }
        }

        return await ConnectUnmeasuredAsync([.. addresses.Where(address => !Measures(address))], port, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ProveAsync(CancellationToken cancellationToken)
    {
        if (_meter is null)
        {
            throw new InvalidOperationException("Nothing measures here.");
        }

        AddressFamily family = _meter.Measures(AddressFamily.InterNetwork) ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        IPAddress loopback = family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        using Socket listener = new(family, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(loopback, 0));
        listener.Listen();
        using HopConnection connection = await _dialer!.ConnectAsync([loopback], ((IPEndPoint)listener.LocalEndPoint!).Port, cancellationToken).ConfigureAwait(false);
        if (connection.Distance is not { Hops: 0 })
        {
            throw new InvalidOperationException($"A connection of this host to itself measured {connection.Distance?.ToString() ?? "unknown"} by {Source}, not 0 hops.");
        }
    }

    private bool Measures(IPAddress address) => _meter?.Measures(address.AddressFamily) == true;

    private int Measurable(IReadOnlyList<IPAddress> addresses)
    {
        int count = 0;
        for (int i = 0; i < addresses.Count; i++)
        {
            count += Measures(addresses[i]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Where the distance cannot be known it is unknown, and whoever requires it refuses.</summary>
    private async Task<MeasuredConnection> ConnectUnmeasuredAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_connectTimeout);
        for (int i = 0; ; i++)
        {
            Socket socket = new(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), timeout.Token).ConfigureAwait(false);
                return new(StreamOf(socket), addresses[i], null);
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                socket.Dispose();
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    throw new SocketException((int)SocketError.TimedOut);
                }

                throw;
            }
        }
    }

    private static NetworkStream StreamOf(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            // HttpClient asks for it, too, where a failure does not become an HttpRequestException: a server may have reset the connection. What was asked once is kept.
            _ = socket.RemoteEndPoint;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
