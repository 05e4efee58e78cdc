// A reverse proxy (YARP) to destinations that users set. A user may set anything, so the client that forwards has a hop guard: what is near is refused before
// a byte is sent, and visitors learn nothing of what is inside.
//
//     sudo dotnet run --project samples/UserProxy -- --HopGuard:MinimumHops=4          # the minimum is your network's
//     curl -X PUT http://127.0.0.1:8081/destinations/shop -d https://example.com/
//     curl http://localhost:8080/shop/

using Hops.Guard;
using UserProxy;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

// The settings lie beside the program, wherever it is started.
WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddHopGuard(builder.Configuration.GetSection("HopGuard"));
builder.Services.AddHealthChecks().AddHopGuard();
builder.Services.AddReverseProxy().LoadFromMemory([], []);
// In place of YARP's own.
builder.Services.AddSingleton<IForwarderHttpClientFactory, GuardedClients>();
builder.Services.AddSingleton(static services => new Destinations((InMemoryConfigProvider)services.GetRequiredService<IProxyConfigProvider>()));

WebApplication app = builder.Build();
// By the port that the connection came to, which no visitor can choose, unlike the Host header.
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
        // Refused, closed, silent and unresolvable are one answer: visitors may be the users who set the destination.
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
        await context.Response.WriteAsync($"{HopGuard.PublicMessage}\n");
    }
}));
app.Run();
