using System.Net;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Testing;
using Microsoft.Extensions.Logging;

namespace Hops.Http.Tests;

/// <summary>A guard in an <see cref="HttpClient"/> without dependency injection.</summary>
public sealed class HandlerTests
{
    [Fact]
    public async Task A_client_of_ones_own_is_guarded_and_its_refusals_are_logged()
    {
        using RecordedLog log = new();
        using LoggerFactory loggers = new([log]);
        FakeHopNetwork network = FakeGuard.NewNetwork();
        HopGuard guard = new(new HopGuardOptions { MinimumHops = 4, AllowedSchemes = { "http" } }, network);
        using HttpClient client = new(guard.CreateHandler(loggers));
        Assert.Equal("hello", await client.GetStringAsync(new Uri("http://far.example/"), TestContext.Current.CancellationToken));

        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(
            () => client.GetAsync(new Uri("http://near.example/"), TestContext.Current.CancellationToken));
        HopGuardException refusal = Assert.IsType<HopGuardException>(e.InnerException);
        Assert.Equal((HopGuardReason.Near, new DnsEndPoint("near.example", 80)), (refusal.Reason, refusal.EndPoint));
        Assert.Equal([$"Warning: Hop guard '': {refusal.Message}"], log.Lines);
        Assert.Equal((0, true), (network.Connections[^1].BytesSent, network.Connections[^1].IsClosed));
    }

    /// <summary>Handlers do not share their connections, so each can be disposed separately.</summary>
    [Fact]
    public async Task A_guard_makes_several_handlers()
    {
        HopGuard guard = new(new HopGuardOptions { MinimumHops = 4, AllowedSchemes = { "http" } }, FakeGuard.NewNetwork());
        using (HttpClient first = new(guard.CreateHandler()))
        {
            Assert.Equal("hello", await first.GetStringAsync(new Uri("http://far.example/"), TestContext.Current.CancellationToken));
        }

        using HttpClient second = new(guard.CreateHandler());
        Assert.Equal("hello", await second.GetStringAsync(new Uri("http://far.example/"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_settings_of_a_handler_of_ones_own_stay()
    {
        FakeHopNetwork network = FakeGuard.NewNetwork()
            .AddName("redirects.example", "93.184.216.50")
            .AddServer(
                "93.184.216.50", hops: 9,
                static _ => new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("http://near.example/") } });
        HopGuard guard = new(new HopGuardOptions { MinimumHops = 4, AllowedSchemes = { "http" } }, network);
        using (HttpClient stays = new(guard.CreateHandler(new SocketsHttpHandler { AllowAutoRedirect = false })))
        {
            using HttpResponseMessage answer = await stays.GetAsync(new Uri("http://redirects.example/"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        }

        using HttpClient follows = new(guard.CreateHandler(new SocketsHttpHandler()));
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(
            () => follows.GetAsync(new Uri("http://redirects.example/"), TestContext.Current.CancellationToken));
        Assert.True(HopGuard.IsRefusal(e));
    }

    [Fact]
    public void A_handler_that_would_pass_by_the_guard_is_refused()
    {
        HopGuard guard = new(new HopGuardOptions { MinimumHops = 4 }, FakeGuard.NewNetwork());
        using SocketsHttpHandler shared = new();
        using HttpMessageHandler first = guard.CreateHandler(shared);
        foreach (SocketsHttpHandler handler in new SocketsHttpHandler[]
        {
            shared,
            new() { Proxy = new WebProxy("http://proxy.example") },
            new() { ConnectCallback = static (_, _) => throw new InvalidOperationException() },
            new() { Credentials = new NetworkCredential("user", "password") },
        })
        {
            Assert.Throws<InvalidOperationException>(() => guard.CreateHandler(handler));
            handler.Dispose();
        }
    }
}
