using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Http.Tests.Support;

/// <summary>Kestrel on loopback, over TLS, HTTP/1.1 and HTTP/2: a greeting, a web socket and a gRPC service that repeat what they receive.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly LabCertificate _certificate = new();
    private WebApplication? _application;
    private int _requests;
    private int _connections;

    public int Port { get; private set; }

    /// <summary>The requests that it got.</summary>
    public int Requests => _requests;

    /// <summary>The connections that it got, whatever was sent over them.</summary>
    public int Connections => _connections;

    public static async Task<WebServer> StartAsync()
    {
        WebServer server = new();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.Use(next => connection =>
            {
                Interlocked.Increment(ref server._connections);
                return next(connection);
            });
            listen.UseHttps(server._certificate.Certificate);
        }));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        WebApplication application = builder.Build();
        application.Use((HttpContext context, RequestDelegate next) =>
        {
            Interlocked.Increment(ref server._requests);
            return next(context);
        });
        application.UseWebSockets();
        application.UseRouting();
        application.MapGet("/", static () => "hello");
        application.Map("/ws", RepeatAsync);
        application.MapGrpcService<Repeater.Service>();
        await application.StartAsync(TestContext.Current.CancellationToken).ConfigureAwait(false);
        server._application = application;
        server.Port = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return server;
    }

    /// <summary>A handler that accepts this server's certificate and no other.</summary>
    public SocketsHttpHandler NewHandler()
    {
        SocketsHttpHandler handler = new();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate!.GetCertHashString() == _certificate.Certificate.GetCertHashString();
        return handler;
    }

    public async ValueTask DisposeAsync()
    {
        await _application!.DisposeAsync().ConfigureAwait(false);
        _certificate.Dispose();
    }

    private static async Task RepeatAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        byte[] buffer = new byte[1024];
        for (; ; )
        {
            WebSocketReceiveResult message = await socket.ReceiveAsync(buffer, context.RequestAborted).ConfigureAwait(false);
            if (message.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted).ConfigureAwait(false);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
