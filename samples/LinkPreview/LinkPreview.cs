// A web service that shows the title and the picture's address of a page whose address a visitor types. Its client has a hop guard.
//     dotnet build samples/LinkPreview
//     artifacts/bin/LinkPreview/debug/LinkPreview --environment Development              # reports near servers, and refuses none; needs no root

using System.Net;
using LinkPreview;
using Microsoft.AspNetCore.Mvc;

// With a guard that refuses near servers before a byte is sent, and does not disclose internal servers to visitors: sudo
// artifacts/bin/LinkPreview/debug/LinkPreview --HopGuard:MinimumHops=4 # the minimum depends on your network Visitors use http://localhost:8080/. Operators use
// http://127.0.0.1:8081/operator, with live counters, and /operator/health.

// Read the settings from the program's folder, whatever the current directory is.
WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
// A request has a form with one address only.
builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = 16 * 1024);
builder.Services.AddSingleton<GuardCounters>();
builder.Services.AddHealthChecks().AddHopGuard();
builder.Services.AddHttpClient<PreviewClient>()
    // Visitors would share cookies.
    .UseSocketsHttpHandler(static (handler, _) =>
    {
        handler.UseCookies = false;
        handler.MaxAutomaticRedirections = 5;
        // The limit of a page's length counts decompressed bytes.
        handler.AutomaticDecompression = DecompressionMethods.All;
    })
    .AddHopGuard(builder.Configuration.GetSection("HopGuard"));

WebApplication app = builder.Build();
// Created now, because it does not see measurements from before it exists.
app.Services.GetRequiredService<GuardCounters>();

// The port of the connection decides. Unlike the Host header, a visitor cannot choose it.
int operatorPort = BindingAddress.Parse(app.Configuration["Kestrel:Endpoints:Operator:Url"]!).Port;
app.Use((context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy =
        $"default-src 'none'; style-src {Stylesheet.Source}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    if (context.Request.Path.StartsWithSegments("/operator", StringComparison.OrdinalIgnoreCase) == (context.Connection.LocalPort == operatorPort))
    {
        return next(context);
    }

    context.Response.StatusCode = StatusCodes.Status404NotFound;
    return Task.CompletedTask;
});
// Routing must run after the check above.
app.UseRouting();

app.MapGet("/", static () => Html(Pages.Form));
// There is no cookie and no session that a forged request could abuse.
app.MapPost("/", static async ([FromForm] string? address, PreviewClient client, CancellationToken cancel) =>
    await client.FetchAsync(address, cancel) is { } preview
        ? Html(Pages.Of(preview, address))
        : Html(Pages.NotFetched(address), StatusCodes.Status422UnprocessableEntity))
    .DisableAntiforgery();
app.MapGet("/operator", static (GuardCounters counters) => Html(Pages.Of(counters)));
app.MapHealthChecks("/operator/health");
app.Run();

static IResult Html(string page, int status = StatusCodes.Status200OK) => Results.Content(page, "text/html; charset=utf-8", statusCode: status);
