using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Hops.Guard;
using Hops.Guard.Connecting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Hops.Testing.Tests;

public sealed class FakeHopNetworkTests
{
    private readonly FakeHopNetwork _network = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_far_server_answers_over_tls()
    {
        _network.AddName("far.example", "93.184.216.34").AddServer("93.184.216.34", hops: 9, static request => Text($"{request.Method} {request.RequestUri}"));
        using HttpClient client = Client();

        Assert.Equal("GET https://far.example/a?b=c", await client.GetStringAsync(new Uri("https://far.example/a?b=c"), Cancel));

        FakeHopConnection connection = Assert.Single(_network.Connections);
        Assert.Equal(IPAddress.Parse("93.184.216.34"), connection.Address);
        Assert.Equal(443, connection.Port);
        Assert.True(connection.BytesSent > 100);
        Assert.False(connection.IsClosed);
        Assert.Equal(["far.example"], _network.LookUps);
    }

    [Fact]
    public async Task A_near_server_is_sent_nothing()
    {
        _network.AddName("near.example", "93.184.216.34").AddServer("93.184.216.34", hops: 3, NeverAsked);
        using HttpClient client = Client();

        HopGuardException refusal = await RefusalOfAsync(client, "https://near.example/");

        Assert.Equal(HopGuardReason.Near, refusal.Reason);
        Assert.Equal(3, refusal.Distance?.Hops);
        FakeHopConnection connection = Assert.Single(_network.Connections);
        Assert.Equal(0, connection.BytesSent);
        Assert.True(connection.IsClosed);
        Assert.Equal("93.184.216.34 port 443, 0 bytes sent, closed", connection.ToString());
    }

    [Fact]
    public async Task An_unknown_distance_is_refused()
    {
        _network.AddServer("93.184.216.34", hops: null, NeverAsked);
        using HttpClient client = Client();
        Assert.Equal(HopGuardReason.Unknown, (await RefusalOfAsync(client, "https://93.184.216.34/")).Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(35)]
    [InlineData(36)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(126)]
    public async Task A_distance_is_as_the_test_says(int hops)
    {
        _network.AddServer("93.184.216.34", hops, NeverAsked);
        MeasuredConnection connection = await _network.ConnectAsync([IPAddress.Parse("93.184.216.34")], 443, Cancel);
        await connection.Stream.DisposeAsync();
        Assert.Equal(hops, connection.Distance?.Hops);
        Assert.Equal(hops <= HopDistance.MaximumPlausibleHops, connection.Distance?.IsPlausible);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(127)]
    public void No_server_is_at_a_distance_that_cannot_be_measured(int hops) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(hops), () => _network.AddServer("93.184.216.34", hops, NeverAsked));

    [Fact]
    public async Task The_second_look_up_may_have_another_answer()
    {
        _network.AddName("rebind.example", "93.184.216.34").AddName("rebind.example", "10.0.0.5")
            .AddServer("93.184.216.34", hops: 9, static _ => new(HttpStatusCode.OK) { Headers = { ConnectionClose = true } })
            .AddServer("10.0.0.5", hops: 0, NeverAsked);
        using HttpClient client = Client();

        (await client.GetAsync(new Uri("https://rebind.example/"), Cancel)).Dispose();
        Assert.Equal(HopGuardReason.SpecialPurpose, (await RefusalOfAsync(client, "https://rebind.example/")).Reason);
        Assert.Equal(HopGuardReason.SpecialPurpose, (await RefusalOfAsync(client, "https://REBIND.example./")).Reason);
        Assert.Single(_network.Connections);
    }

    [Fact]
    public async Task A_server_that_moves_is_judged_anew()
    {
        _network.AddServer("93.184.216.34", hops: 9, static _ => new(HttpStatusCode.OK) { Headers = { ConnectionClose = true } });
        using HttpClient client = Client();
        (await client.GetAsync(new Uri("https://93.184.216.34/"), Cancel)).Dispose();
        _network.AddServer("93.184.216.34", hops: 1, NeverAsked);
        Assert.Equal(HopGuardReason.Near, (await RefusalOfAsync(client, "https://93.184.216.34/")).Reason);
    }

    [Fact]
    public async Task Names_and_addresses_that_were_not_added_do_not_exist()
    {
        _network.AddName("empty.example").AddName("silent.example", "93.184.216.99");
        using HttpClient client = Client();
        Assert.Equal(SocketError.HostNotFound, (await SocketErrorOfAsync(client, "https://nowhere.example/")).SocketErrorCode);
        Assert.Equal(SocketError.NoData, (await SocketErrorOfAsync(client, "https://empty.example/")).SocketErrorCode);
        SocketException refused = await SocketErrorOfAsync(client, "https://silent.example/");
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Contains("93.184.216.99: put one there with AddServer", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_and_headers_go_both_ways()
    {
        _network.AddServer("93.184.216.34", hops: 9, static request =>
        {
            string body = request.Content!.ReadAsStringAsync().GetAwaiter().GetResult();
            string content = $"{body}|{request.Headers.GetValues("X-Own").Single()}|{request.Content.Headers.ContentType}";
            return new(HttpStatusCode.Created) { Content = new StringContent(content), Headers = { ETag = new("\"1\"") } };
        });
        using HttpClient client = Client();
        client.DefaultRequestHeaders.Add("X-Own", "mine");
        foreach (bool chunked in (bool[])[false, true])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "https://93.184.216.34/")
            {
                Content = new StringContent(new string('x', 100_000), Encoding.UTF8, "text/plain"),
            };
            request.Headers.TransferEncodingChunked = chunked;
            using HttpResponseMessage response = await client.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            Assert.Equal("\"1\"", response.Headers.ETag?.Tag);
            Assert.Equal(new string('x', 100_000) + "|mine|text/plain; charset=utf-8", await response.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Single(_network.Connections);
    }

    [Fact]
    public async Task Answers_without_a_body_leave_the_connection_usable()
    {
        _network.AddServer("93.184.216.34", hops: 9, static request => request.Method == HttpMethod.Head ? Text("not sent") : new(HttpStatusCode.NoContent));
        using HttpClient client = Client();
        for (int i = 0; i < 3; i++)
        {
            using HttpRequestMessage head = new(HttpMethod.Head, "https://93.184.216.34/");
            using HttpResponseMessage answer = await client.SendAsync(head, Cancel);
            Assert.Equal(8, answer.Content.Headers.ContentLength);
            using HttpResponseMessage nothing = await client.GetAsync(new Uri("https://93.184.216.34/"), Cancel);
            Assert.Equal(HttpStatusCode.NoContent, nothing.StatusCode);
        }

        Assert.Single(_network.Connections);
    }

    [Fact]
    public async Task What_a_responder_throws_reaches_the_client()
    {
        _network.AddServer("93.184.216.34", hops: 9, static _ => throw new NotImplementedException("not yet"));
        using HttpClient client = Client();
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://93.184.216.34/"), Cancel));
        Assert.Contains("not yet", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_serves_any_protocol()
    {
        _network.AddName("chat.example", "93.184.216.34").AddServer("93.184.216.34", hops: 9, static async (stream, cancel) =>
        {
            byte[] request = new byte[4096];
            int length = await stream.ReadAsync(request, cancel);
            string key = Encoding.ASCII.GetString(request, 0, length).Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
#pragma warning disable CA5350 // RFC 6455, section 4.2.2, asks for it.
            byte[] digest = SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
            string accept = Convert.ToBase64String(digest);
#pragma warning restore CA5350
            string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Accept: {accept}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancel);
            using WebSocket server = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            WebSocketReceiveResult received = await server.ReceiveAsync(request, cancel);
            await server.SendAsync(request.AsMemory(0, received.Count), WebSocketMessageType.Text, endOfMessage: true, cancel);
        });
        using ServiceProvider services = Services();
        using HttpMessageInvoker invoker = new(services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("webhooks"));
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri("wss://chat.example/"), invoker, Cancel);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        byte[] answer = new byte[16];
        WebSocketReceiveResult result = await socket.ReceiveAsync(answer, Cancel);
        Assert.Equal("hello", Encoding.ASCII.GetString(answer, 0, result.Count));
    }

    [Fact]
    public async Task A_real_server_may_stand_in()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _network.AddName("far.example", "93.184.216.34").AddServer("93.184.216.34", hops: 9, (IPEndPoint)listener.LocalEndPoint!);
        Task serving = Task.Run(
            async () =>
            {
                using Socket accepted = await listener.AcceptAsync(Cancel);
                await accepted.ReceiveAsync(new byte[4096], Cancel);
                await accepted.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nreal"u8.ToArray(), Cancel);
                await accepted.ReceiveAsync(new byte[1], Cancel);
            },
            Cancel);
        using (HttpClient client = Client(static o => o.AllowedSchemes.Add("http")))
        {
            Assert.Equal("real", await client.GetStringAsync(new Uri("http://far.example/"), Cancel));
        }

        await Task.WhenAny(serving, Task.Delay(TimeSpan.FromSeconds(1), Cancel));
        Assert.True(_network.Connections.Single().BytesSent > 10);
    }

    [Fact]
    public async Task Only_clients_of_the_factory_with_the_fake_trust_its_certificates()
    {
        _network.AddName("far.example", "93.184.216.34").AddServer("93.184.216.34", hops: 9, static _ => Text("tls"));
        using ServiceProvider services = Services();
        using HttpClient client = services.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");
        (await client.GetAsync(new Uri("https://far.example/"), Cancel)).Dispose();

        ServiceCollection plain = new();
        plain.AddSingleton<HopNetwork>(_network);
        plain.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4);
        using ServiceProvider others = plain.BuildServiceProvider();
        using HttpClient stranger = others.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(new Uri("https://far.example/"), Cancel));
        Assert.IsType<System.Security.Authentication.AuthenticationException>(refused.InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_up_and_health_check_see_whether_it_measures(bool canMeasure)
    {
        _network.CanMeasure = canMeasure;
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4);
        builder.Services.AddHealthChecks().AddHopGuard();
        builder.Services.AddFakeHopNetwork(_network);
        using IHost host = builder.Build();
        HealthReport health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel);
        Assert.Equal(canMeasure ? HealthStatus.Healthy : HealthStatus.Unhealthy, health.Status);
        Exception? failure = await Record.ExceptionAsync(() => host.StartAsync(Cancel));
        Assert.Equal(canMeasure, failure is null);
        Assert.Empty(_network.Connections);
    }

    [Fact]
    public async Task Where_nothing_measures_every_distance_is_unknown()
    {
        _network.CanMeasure = false;
        _network.AddServer("93.184.216.34", hops: 9, NeverAsked);
        using HttpClient client = Client();
        Assert.Equal(HopGuardReason.Unknown, (await RefusalOfAsync(client, "https://93.184.216.34/")).Reason);
    }

    [Fact]
    public async Task It_is_used_also_by_guards_that_are_added_later()
    {
        _network.AddName("far.example", "93.184.216.34").AddServer("93.184.216.34", hops: 9, static _ => Text("fake"));
        ServiceCollection services = new();
        services.AddFakeHopNetwork(new FakeHopNetwork()).AddFakeHopNetwork(_network);
        services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4);
        using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");
        Assert.Equal("fake", await client.GetStringAsync(new Uri("https://far.example/"), Cancel));
    }

    private static HttpResponseMessage NeverAsked(HttpRequestMessage request) => throw new InvalidOperationException($"{request.RequestUri} was asked for.");

    private static HttpResponseMessage Text(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text) };

    private static async Task<HopGuardException> RefusalOfAsync(HttpClient client, string uri)
    {
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri(uri), Cancel));
        return Assert.IsType<HopGuardException>(e.InnerException);
    }

    private static async Task<SocketException> SocketErrorOfAsync(HttpClient client, string uri)
    {
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri(uri), Cancel));
        return Assert.IsType<SocketException>(e.InnerException);
    }

    private HttpClient Client(Action<HopGuardOptions>? configure = null) =>
        Services(configure).GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");

    private ServiceProvider Services(Action<HopGuardOptions>? configure = null)
    {
        ServiceCollection services = new();
        services.AddHttpClient("webhooks").AddHopGuard(o =>
        {
            o.MinimumHops = 4;
            configure?.Invoke(o);
        });
        services.AddFakeHopNetwork(_network);
        return services.BuildServiceProvider();
    }
}
