using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Recipes.Tests.Web.Support;

/// <summary>Kestrel in a namespace, without TLS: the bytes that arrive are those of the requests.</summary>
internal sealed class LabWebServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _requests = new();
    private WebApplication? _application;

    public int Port { get; private set; }

    /// <summary>The paths of the requests that it got.</summary>
    public string[] Requests => [.. _requests];

    /// <param name="at">Where; null for the namespace of the tests, and there on loopback.</param>
    /// <param name="map">What it serves.</param>
    /// <param name="add">What that needs.</param>
    /// <param name="protocols">Without TLS it is either HTTP/1.1 or HTTP/2.</param>
    public static async Task<LabWebServer> StartAsync(
        NetworkNamespace? at, Action<WebApplication> map, Action<IServiceCollection>? add = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        LabWebServer server = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost
            .UseSockets(sockets => sockets.CreateBoundListenSocket = endPoint => at is null ? Bind(endPoint) : at.Run(() => Bind(endPoint)))
            .UseKestrelCore()
            .ConfigureKestrel(kestrel => kestrel.Listen(at is null ? IPAddress.Loopback : IPAddress.Any, 0, listen => listen.Protocols = protocols));
        builder.Services.AddRoutingCore();
        add?.Invoke(builder.Services);
        WebApplication application = builder.Build();
        application.Use((HttpContext context, RequestDelegate next) =>
        {
            server._requests.Enqueue(context.Request.Path);
            return next(context);
        });
        application.UseWebSockets();
        application.UseRouting();
        map(application);
        await application.StartAsync(TestContext.Current.CancellationToken);
        server._application = application;
        server.Port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return server;
    }

    public ValueTask DisposeAsync() => _application!.DisposeAsync();

    private static Socket Bind(EndPoint endPoint)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endPoint);
        return socket;
    }
}
