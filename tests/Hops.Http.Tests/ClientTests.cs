using System.Net;
using System.Net.WebSockets;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly.CircuitBreaker;

namespace Hops.Http.Tests;

/// <summary>
/// All that is built upon an HttpClient, with a real server on loopback. It is near: 127.0.0.1 is refused, and localhost, which may be near, is let through.
/// </summary>
public sealed class ClientTests : IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private WebServer _server = null!;

    private string Refused => $"127.0.0.1:{_server.Port}";

    private string Allowed => $"localhost:{_server.Port}";

    public async ValueTask InitializeAsync()
    {
        Requires.Root();
        _server = await WebServer.StartAsync();
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    public static TheoryData<string> Configurations => ["before", "after", "sockets after", "additional after", "defaults after"];

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task Nothing_that_is_configured_before_or_after_takes_the_guard_away(string configuration)
    {
        ServiceCollection services = new();
        IHttpClientBuilder builder = services.AddHttpClient("strangers");
        _ = configuration switch
        {
            "before" => builder.ConfigurePrimaryHttpMessageHandler(_server.NewHandler).AddHopGuard(Options),
            "after" => builder.AddHopGuard(Options).ConfigurePrimaryHttpMessageHandler(_server.NewHandler),
            "sockets after" => builder.AddHopGuard(Options).UseSocketsHttpHandler((handler, _) => handler.SslOptions = _server.NewHandler().SslOptions),
            "additional after" => builder.AddHopGuard(Options)
                .ConfigurePrimaryHttpMessageHandler(_server.NewHandler)
                .ConfigureAdditionalHttpMessageHandlers(static (handlers, _) => handlers.Clear()),
            _ => builder.AddHopGuard(Options),
        };
        if (configuration == "defaults after")
        {
            services.ConfigureHttpClientDefaults(defaults => defaults.ConfigurePrimaryHttpMessageHandler(_server.NewHandler));
        }

        await using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("strangers");
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://{Refused}/", Stop));
        Assert.Equal(HopGuardReason.Near, Assert.IsType<HopGuardException>(e.InnerException).Reason);
        Assert.Equal("hello", await client.GetStringAsync($"https://{Allowed}/", Stop));
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task With_the_recipe_a_refusal_is_one_attempt_and_the_circuit_stays_closed()
    {
        (HttpClient client, Attempts attempts, ServiceProvider provider) = NewResilientClient(recipe: true);
        await using (provider)
        {
            for (int i = 0; i < 50; i++)
            {
                HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://{Refused}/", Stop));
                Assert.True(HopGuard.IsRefusal(e));
            }

            Assert.Equal(50, attempts.Count);
            Assert.Equal("hello", await client.GetStringAsync($"https://{Allowed}/", Stop));

            // Other failures are retried as before: no server listens on port 1.
            attempts.Count = 0;
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("https://localhost:1/", Stop));
            Assert.Equal(4, attempts.Count);
        }
    }

    /// <summary>Why there is a recipe.</summary>
    [Fact]
    public async Task Without_the_recipe_refusals_are_tried_again_and_open_the_circuit()
    {
        (HttpClient client, Attempts attempts, ServiceProvider provider) = NewResilientClient(recipe: false);
        await using (provider)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://{Refused}/", Stop));
            Assert.Equal(4, attempts.Count);
            Exception? last = null;
            for (int i = 0; i < 50 && last is not BrokenCircuitException; i++)
            {
                last = await Record.ExceptionAsync(() => client.GetAsync($"https://{Refused}/", Stop));
            }

            Assert.IsType<BrokenCircuitException>(last);
            await Assert.ThrowsAsync<BrokenCircuitException>(() => client.GetStringAsync($"https://{Allowed}/", Stop));
        }
    }

    [Fact]
    public async Task A_web_socket_is_guarded()
    {
        await using ServiceProvider provider = NewProvider();
        using HttpMessageInvoker invoker = new(provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("strangers"), disposeHandler: false);
        foreach (Version version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            foreach (HttpVersionPolicy policy in Enum.GetValues<HttpVersionPolicy>())
            {
                using ClientWebSocket refused = NewWebSocket(version, policy);
                WebSocketException e = await Assert.ThrowsAsync<WebSocketException>(() => refused.ConnectAsync(new Uri($"wss://{Refused}/ws"), invoker, Stop));
                Assert.True(HopGuard.IsRefusal(e));

                using ClientWebSocket plain = NewWebSocket(version, policy);
                WebSocketException unencrypted = await Assert.ThrowsAsync<WebSocketException>(
                    () => plain.ConnectAsync(new Uri($"ws://{Allowed}/ws"), invoker, Stop));
                Assert.True(HopGuard.IsRefusal(unencrypted));
            }
        }

        Assert.Equal(0, _server.Requests);
        using ClientWebSocket socket = NewWebSocket(HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        await socket.ConnectAsync(new Uri($"wss://{Allowed}/ws"), invoker, Stop);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Stop);
        byte[] buffer = new byte[16];
        WebSocketReceiveResult message = await socket.ReceiveAsync(buffer, Stop);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, message.Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Stop);
    }

    [Fact]
    public async Task A_gRPC_call_is_guarded()
    {
        await using ServiceProvider provider = NewProvider();
        HttpMessageHandler handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("strangers");
        using (GrpcChannel refused = GrpcChannel.ForAddress($"https://{Refused}", new() { HttpHandler = handler }))
        {
            RpcException e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(refused));
            // Not Unavailable, which retry policies of gRPC try again.
            Assert.Equal(StatusCode.Internal, e.StatusCode);
            Assert.True(HopGuard.IsRefusal(e.Status.DebugException));
        }

        Assert.Equal(0, _server.Requests);
        using GrpcChannel allowed = GrpcChannel.ForAddress($"https://{Allowed}", new() { HttpHandler = handler });
        Assert.Equal("hello", await CallAsync(allowed));

        static async Task<string> CallAsync(GrpcChannel channel) =>
            await channel.CreateCallInvoker().AsyncUnaryCall(Repeater.Call, null, new CallOptions(cancellationToken: Stop), "hello");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_thousand_requests_at_once_are_each_judged(string version)
    {
        await using ServiceProvider provider = NewProvider();
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("strangers");
        client.Timeout = TimeSpan.FromMinutes(4);
        int before = _server.Connections;
        Task<string>[] fetches = [.. Enumerable.Range(0, 1000).Select(i => FetchAsync(i % 2 == 0 ? Refused : Allowed))];
        string[] outcomes = await Task.WhenAll(fetches);
        for (int i = 0; i < outcomes.Length; i++)
        {
            Assert.Equal(i % 2 == 0 ? "Near" : "hello", outcomes[i]);
        }

        Assert.Equal(500, _server.Requests);
        Assert.True(_server.Connections > before);

        async Task<string> FetchAsync(string host)
        {
            try
            {
                using HttpRequestMessage request = new(HttpMethod.Get, $"https://{host}/")
                {
                    Version = Version.Parse(version),
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                };
                using HttpResponseMessage response = await client.SendAsync(request, Stop);
                return await response.Content.ReadAsStringAsync(Stop);
            }
            catch (HttpRequestException e) when (e.InnerException is HopGuardException refusal)
            {
                return $"{refusal.Reason}";
            }
        }
    }

    private static ClientWebSocket NewWebSocket(Version version, HttpVersionPolicy policy)
    {
        ClientWebSocket socket = new();
        socket.Options.HttpVersion = version;
        socket.Options.HttpVersionPolicy = policy;
        return socket;
    }

    private static void Options(HopGuardOptions options)
    {
        options.MinimumHops = 3;
        options.AllowedSpecialPurposeNetworks.Add("127.0.0.0/8");
        options.AllowedSpecialPurposeNetworks.Add("::1/128");
        options.AllowedNearHosts.Add("localhost");
    }

    private ServiceProvider NewProvider()
    {
        ServiceCollection services = new();
        services.AddHttpClient("strangers").AddHopGuard(Options).ConfigurePrimaryHttpMessageHandler(_server.NewHandler);
        return services.BuildServiceProvider();
    }

    private (HttpClient Client, Attempts Attempts, ServiceProvider Provider) NewResilientClient(bool recipe)
    {
        Attempts attempts = new();
        ServiceCollection services = new();
        IHttpClientBuilder builder = services.AddHttpClient("strangers").AddHopGuard(Options).ConfigurePrimaryHttpMessageHandler(_server.NewHandler);
        builder.AddStandardResilienceHandler(options =>
        {
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
            options.CircuitBreaker.MinimumThroughput = 10;
            options.TotalRequestTimeout.Timeout = TimeSpan.FromMinutes(2);
            options.AttemptTimeout.Timeout = TimeSpan.FromMinutes(1);
            options.CircuitBreaker.SamplingDuration = TimeSpan.FromMinutes(2);
            if (recipe)
            {
                options.Retry.ShouldHandle = static attempt =>
                    ValueTask.FromResult(HttpClientResiliencePredicates.IsTransient(attempt.Outcome) && !HopGuard.IsRefusal(attempt.Outcome.Exception));
                options.CircuitBreaker.ShouldHandle = static attempt =>
                    ValueTask.FromResult(HttpClientResiliencePredicates.IsTransient(attempt.Outcome) && !HopGuard.IsRefusal(attempt.Outcome.Exception));
            }
        });
        builder.AddHttpMessageHandler(() => new Counting(attempts));
        ServiceProvider provider = services.BuildServiceProvider();
        return (provider.GetRequiredService<IHttpClientFactory>().CreateClient("strangers"), attempts, provider);
    }

    private sealed class Attempts
    {
        public int Count { get; set; }
    }

    private sealed class Counting(Attempts attempts) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            attempts.Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
