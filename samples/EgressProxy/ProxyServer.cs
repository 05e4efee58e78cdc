using System.Net;
using System.Net.Sockets;
using EgressProxy.Clients;
using EgressProxy.Reporting;
using EgressProxy.Settings;
using EgressProxy.Tunnels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EgressProxy;

/// <summary>Accepts or rejects client connections, and serves them: <see cref="TunnelServer"/> serves tunnels, and Kestrel all other requests.</summary>
internal sealed class ProxyServer(ProxyOptions options, ConnectionLimits limits, TunnelServer tunnels, AccessLog log, ProxyMetrics metrics)
{
    private readonly IPNetwork[] _networks = [.. options.ClientNetworks];

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IPAddress client = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        if (!_networks.Any(network => network.Contains(client)))
        {
            Reject(connection, client, "network");
            return;
        }

        if (!limits.TryEnter(client))
        {
            Reject(connection, client, "limit");
            return;
        }

        metrics.Connected(1);
        try
        {
            connection.Features.Set(new ProxyClient(client));
            switch (await tunnels.BeginsWithConnectAsync(connection))
            {
                case true:
                    await tunnels.ServeAsync(connection, client);
                    break;
                case false:
                    await next(connection);
                    break;
            }
        }
        finally
        {
            metrics.Connected(-1);
            limits.Leave(client);
        }
    }

    /// <summary>Resets a connection before anything is read, which is cheap and leaves no socket in TIME_WAIT.</summary>
    private void Reject(ConnectionContext connection, IPAddress client, string why)
    {
        log.Rejected(client, why);
        Socket socket = connection.Features.Get<IConnectionSocketFeature>()!.Socket;
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (SocketException)
        {
            // The client has closed the connection already.
        }

        socket.Dispose();
    }
}
