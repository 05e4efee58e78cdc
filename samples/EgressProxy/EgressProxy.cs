// A forward proxy whose outgoing connections are judged by a hop guard, for programs in any language that honour HTTPS_PROXY and HTTP_PROXY.
//     dotnet build samples/EgressProxy
//     sudo artifacts/bin/EgressProxy/debug/EgressProxy --HopGuard:MinimumHops=4          # the minimum depends on your network; README.md has the options

using EgressProxy;
using EgressProxy.Clients;
using EgressProxy.Forwarding;
using EgressProxy.Reporting;
using EgressProxy.Settings;
using EgressProxy.Tunnels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

if (args is ["password"])
{
    Console.WriteLine(Passwords.Create());
    return 0;
}

// The settings are beside the program, whatever the current folder is.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
ProxyOptions options;
try
{
    options = ProxyOptions.Read(builder.Configuration);
}
catch (OptionsValidationException e)
{
    await Console.Error.WriteLineAsync(string.Join('\n', e.Failures));
    return 1;
}

IServiceCollection services = builder.Services;
services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
// A slow reader of the log must not stop the proxy.
services.Configure<ConsoleLoggerOptions>(static console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
services.AddSingleton(options);
services.AddSingleton<ProxyMetrics>();
services.AddSingleton<MetricsPage>();
services.AddSingleton<AccessLog>();
services.AddSingleton<Answers>();
services.AddSingleton<ConnectionLimits>();
services.AddSingleton<ProxyUsers>();
services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBuffers>();
services.AddSingleton<TunnelServer>();
services.AddSingleton<ProxyServer>();
services.AddSingleton<ForwardClients>();
services.AddSingleton<RequestForwarder>();
services.AddHttpForwarder();
services.AddHealthChecks().AddHopGuard();
services.AddHopGuard(builder.Configuration.GetSection(GuardSettings.Section));
foreach ((string name, UserOptions user) in options.Users)
{
    services.AddHopGuard(name, GuardSettings.Of(builder.Configuration, user));
}

builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.RequestHeadersTimeout = options.HeaderTimeout;
    // The proxy limits neither sizes nor data rates; IdleTimeout ends idle requests.
    kestrel.Limits.MaxRequestBufferSize = 128 * 1024;
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.Limits.MinRequestBodyDataRate = null;
    kestrel.Limits.MinResponseDataRate = null;
    // Passes bytes that are not ASCII through unchanged.
    kestrel.RequestHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
    kestrel.ResponseHeaderEncodingSelector = static _ => System.Text.Encoding.Latin1;
    foreach (System.Net.IPEndPoint endPoint in options.EndPoints)
    {
        kestrel.Listen(endPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            ProxyServer proxy = kestrel.ApplicationServices.GetRequiredService<ProxyServer>();
            listen.Use(next => connection => proxy.ServeAsync(connection, next));
        });
    }

    kestrel.Listen(System.Net.IPEndPoint.Parse(options.OperatorListen));
});

WebApplication app = builder.Build();
// Created before the first request: values from before would be lost.
app.Services.GetRequiredService<MetricsPage>();
// A request is forwarded if its connection came to a port of the proxy. Unlike paths and hosts, a client cannot forge that.
app.Use((context, next) => context.Features.Get<ProxyClient>() is { } client
    ? context.RequestServices.GetRequiredService<RequestForwarder>().ForwardAsync(context, client.Address)
    : next(context));
app.UseRouting();
app.MapHealthChecks("/health");
app.MapGet("/metrics", static (MetricsPage metrics) => metrics.Write());
await app.RunAsync();
return 0;
