using System.Net;
using System.Security.Cryptography.X509Certificates;
using Hops.Lab;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Samples.Tests;

/// <summary>A web server in a namespace: HTTPS on port 443, and without TLS on another one if it is said.</summary>
internal sealed class WebServer : IDisposable
{
    private readonly WebApplication _application;

    public WebServer(NetworkNamespace at, IPAddress address, X509Certificate2 certificate, RequestDelegate answer, int? plainPort = null)
    {
        // No configuration is read: the settings of the samples are in the same folder as this test.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, 443, listen => listen.UseHttps(certificate));
            if (plainPort is { } port)
            {
                kestrel.Listen(address, port);
            }
        });
        builder.Services.Configure<SocketTransportOptions>(transport =>
            transport.CreateBoundListenSocket = endPoint => at.Run(() => SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint)));
        _application = builder.Build();
        _application.UseWebSockets();
        _application.Run(answer);
        _application.Start();
    }

    public void Dispose() => ((IDisposable)_application).Dispose();
}
