using System.Net;
using System.Net.WebSockets;
using Hops.Guard;
using Hops.Http;
using Hops.Http.Tests.Support;
using Hops.Lab;
using Hops.Recipes.Tests.Support;
using Hops.Recipes.Tests.Web.Support;
using Hops.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Recipes.Tests.Web;

/// <summary>SignalR's client with the handler of a guard, for its requests and for its web sockets.</summary>
public sealed class SignalRTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private const string Token = "of-the-far-server";

    private static readonly string[] Everything = [Token];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<HttpTransportType> Transports => [HttpTransportType.WebSockets, HttpTransportType.ServerSentEvents, HttpTransportType.LongPolling];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_far_hub_repeats_what_it_hears(HttpTransportType transport)
    {
        Requires.Root();
        await using LabWebServer far = await StartAsync(lab.Far);
        Assert.Equal("hello", await SayAsync($"http://{RecipeLab.FarName}:{far.Port}/hub", transport, lab.NewGuardedHandler));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public Task A_near_hub_gets_no_byte(HttpTransportType transport) => NearGetsNoByteAsync(
        (near, _) => $"http://{RecipeLab.NearName}:{near}/hub", static (_, _) => { }, transport, "/hub/negotiate");

    [Fact]
    public Task A_near_hub_gets_no_byte_without_negotiation_either() => NearGetsNoByteAsync(
        (near, _) => $"http://{RecipeLab.NearName}:{near}/hub", static (_, _) => { }, HttpTransportType.WebSockets, "/hub", skipNegotiation: true);

    [Theory]
    [MemberData(nameof(Transports))]
    public Task A_near_hub_that_a_far_one_names_when_it_negotiates_gets_no_byte(HttpTransportType transport) => NearGetsNoByteAsync(
        (_, far) => $"http://{RecipeLab.FarName}:{far}/hub",
        (application, near) => application.MapPost(
            "/hub/negotiate", () => Results.Json(new { url = $"http://{lab.NearAddress}:{near}/hub", accessToken = Token })),
        transport,
        "/hub/negotiate");

    /// <summary>The far hub negotiates as any, and redirects what comes after.</summary>
    [Theory]
    [MemberData(nameof(Transports))]
    public Task A_near_hub_that_a_transport_is_redirected_to_gets_no_byte(HttpTransportType transport) => NearGetsNoByteAsync(
        (_, far) => $"http://{RecipeLab.FarName}:{far}/hub",
        (application, near) =>
        {
            string[] formats = ["Text", "Binary"];
            application.MapPost("/hub/negotiate", () => Results.Json(new
            {
                connectionId = "1",
                connectionToken = "1",
                negotiateVersion = 1,
                availableTransports = new[] { new { transport = $"{transport}", transferFormats = formats } },
            }));
            application.Map("/hub", () => Results.Redirect($"http://{lab.NearAddress}:{near}/hub", preserveMethod: true));
        },
        transport,
        "/hub");

    /// <summary>As a service does that hands its clients on to another one.</summary>
    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_far_hub_that_another_one_names_gets_the_token_that_came_with_its_name(HttpTransportType transport)
    {
        Requires.Root();
        List<string> authorizations = [];
        await using LabWebServer hub = await LabWebServer.StartAsync(
            lab.Far,
            application =>
            {
                application.Use((HttpContext context, RequestDelegate next) =>
                {
                    lock (authorizations)
                    {
                        authorizations.Add($"{context.Request.Headers.Authorization}"["Bearer ".Length..]);
                    }

                    return next(context);
                });
                application.MapHub<Repeater>("/hub");
            },
            static services => services.AddSignalR());
        await using LabWebServer first = await LabWebServer.StartAsync(
            lab.Far,
            application => application.MapPost(
                "/hub/negotiate", () => Results.Json(new { url = $"http://{RecipeLab.FarName}:{hub.Port}/hub", accessToken = Token })));
        Assert.Equal("hello", await SayAsync($"http://{RecipeLab.FarName}:{first.Port}/hub", transport, lab.NewGuardedHandler));
        Assert.Equal(Everything, authorizations.Distinct());
    }

    /// <summary>
    /// Why there is a recipe: with the handler alone, SignalR's web sockets make connections of their own. The hub is on loopback, where its client looks for
    /// it whatever namespace it is in.
    /// </summary>
    [Theory]
    [InlineData(false, "System.Net.Http")]
    [InlineData(true, null)]
    public async Task Without_the_factory_of_web_sockets_they_pass_by_the_guard(bool withFactory, string? unguardedBy)
    {
        Requires.Root();
        await using LabWebServer hub = await StartAsync(null);
        HopGuard guard = new(new HopGuardOptions { MinimumHops = 4, AllowedSchemes = { "http", "ws" }, AllowedSpecialPurposeNetworks = { "127.0.0.0/8" } });
        List<string?> unguarded = [];
        Exception? e;
        string? answer = null;
        using (HopGuard.Watch(connection =>
        {
            if (connection.RemoteEndPoint is IPEndPoint { Port: int port } && port == hub.Port)
            {
                lock (unguarded)
                {
                    unguarded.Add(connection.Assembly);
                }
            }
        }))
        {
            e = await Record.ExceptionAsync(async () => answer = await SayAsync(
                $"http://127.0.0.1:{hub.Port}/hub", HttpTransportType.WebSockets, () => guard.CreateHandler(), skipNegotiation: true, withFactory));
        }

        Assert.Equal(withFactory, HopGuard.IsRefusal(e));
        Assert.Equal(withFactory ? null : "hello", answer);
        Assert.Equal(unguardedBy is null ? [] : [unguardedBy], unguarded);
        Assert.Equal(withFactory ? [] : ["/hub"], hub.Requests);
    }

    private async Task NearGetsNoByteAsync(
        Func<int, int, string> address, Action<WebApplication, int> mapFar, HttpTransportType transport, string firstRequest, bool skipNegotiation = false)
    {
        Requires.Root();
        await using LabWebServer near = await StartAsync(lab.Near);
        await using LabWebServer far = await LabWebServer.StartAsync(lab.Far, application => mapFar(application, near.Port));
        string hub = address(near.Port, far.Port);
        _ = lab.AtNear();
        Exception? e = await Record.ExceptionAsync(() => SayAsync(hub, transport, lab.NewGuardedHandler, skipNegotiation));
        Assert.True(HopGuard.IsRefusal(e), $"{e}");
        Arrivals arrivals = lab.AtNear();
        Assert.NotEqual(0, arrivals.Connections);
        Assert.Equal(0, arrivals.Bytes);

        // Without the guard it arrives, whether the hub understands it or not.
        _ = await Record.ExceptionAsync(() => SayAsync(hub, transport, lab.NewUnguardedHandler, skipNegotiation));
        Assert.NotEqual(0, lab.AtNear().Bytes);
        Assert.Equal(firstRequest, near.Requests[0]);
    }

    private static async Task<string> SayAsync(
        string address, HttpTransportType transport, Func<HttpMessageHandler> newHandler, bool skipNegotiation = false, bool withFactory = true)
    {
        using HttpMessageInvoker invoker = new(newHandler());
        await using HubConnection connection = new HubConnectionBuilder().WithUrl(address, transport, options =>
        {
            options.SkipNegotiation = skipNegotiation;
            options.HttpMessageHandlerFactory = _ => newHandler();
            if (withFactory)
            {
                options.WebSocketFactory = (context, cancel) => ConnectAsync(context, invoker, cancel);
            }
        }).Build();
        await connection.StartAsync(Stop);
        return await connection.InvokeAsync<string>(nameof(Repeater.Repeat), "hello", Stop);
    }

    private static async ValueTask<WebSocket> ConnectAsync(WebSocketConnectionContext context, HttpMessageInvoker invoker, CancellationToken cancel)
    {
        ClientWebSocket socket = new();
        foreach ((string name, string value) in context.Options.Headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        if (context.Options.AccessTokenProvider is { } provider && await provider() is { Length: > 0 } token)
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        await socket.ConnectAsync(context.Uri, invoker, cancel);
        return socket;
    }

    private static Task<LabWebServer> StartAsync(NetworkNamespace? at) => LabWebServer.StartAsync(
        at, static application => application.MapHub<Repeater>("/hub"), static services => services.AddSignalR());

    private sealed class Repeater : Hub
    {
        // SignalR calls no static methods.
#pragma warning disable CA1822
        public string Repeat(string text) => text;
#pragma warning restore CA1822
    }
}
