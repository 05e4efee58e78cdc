using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Hops.Recipes.Tests.Redis;

/// <summary>The recipe of docs/recipes/redis.md.</summary>
internal sealed class GuardTunnel(HopGuard guard) : Tunnel
{
    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endPoint, CancellationToken cancellationToken) => default;

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endPoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        (string host, int port) = endPoint is DnsEndPoint named ? (named.Host, named.Port) : ($"{((IPEndPoint)endPoint).Address}", ((IPEndPoint)endPoint).Port);
        return await guard.ConnectAsync(host, port, cancellationToken);
    }
}
