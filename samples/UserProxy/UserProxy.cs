// A reverse proxy (YARP) to destinations that users set. Users may set any address, so the client that forwards requests has a hop guard.
//     dotnet build samples/UserProxy
//     sudo artifacts/bin/UserProxy/debug/UserProxy --HopGuard:MinimumHops=4              # the minimum depends on your network

using Hops.Guard;
using UserProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

// Set a destination and request it: curl -X PUT http://127.0.0.1:8081/destinations/shop -d https://example.com/ curl http://localhost:8080/shop/

// Read the settings from the program's folder, whatever the current directory is.
WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddHopGuard(builder.Configuration.GetSection("HopGuard"));
builder.Services.AddHealthChecks().AddHopGuard();
builder.Services.AddReverseProxy().LoadFromMemory([], []);
// Replaces YARP's own factory.
builder.Services.AddSingleton<IForwarderHttpClientFactory, GuardedClients>();
builder.Services.AddSingleton(static services => new Destinations((InMemoryConfigProvider)services.GetRequiredService<IProxyConfigProvider>()));

WebApplication app = builder.Build();
// The port of the connection decides. Unlike the Host header, a visitor cannot choose it.
int settingsPort = BindingAddress.Parse(app.Configuration["Kestrel:Endpoints:Settings:Url"]!).Port;
app.MapWhen(context => context.Connection.LocalPort == settingsPort, settings =>
{
    settings.UseRouting();
    settings.UseEndpoints(static endpoints =>
    {
        endpoints.MapHealthChecks("/health");
        endpoints.MapPut("/destinations/{name}", static async (string name, HttpRequest request, Destinations destinations) =>
        {
            using StreamReader body = new(request.Body);
            return destinations.TrySet(name, await body.ReadToEndAsync()) ? Results.NoContent() : Results.BadRequest("A destination is an address of https.");
        });
    });
});
app.UseRouting();
app.MapReverseProxy(static pipeline => pipeline.Use(static async (context, next) =>
{
    await next();
    if (context.GetForwarderErrorFeature() is not null && !context.Response.HasStarted)
    {
        // The same response for every failure (refused, closed, no answer, not resolved): visitors may be the users who set the destination.
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
        await context.Response.WriteAsync($"{HopGuard.PublicMessage}\n");
    }
}));
app.Run();
