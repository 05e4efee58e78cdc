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

    /// <summary>Handlers do not share their connections, so each can be disposed by itself.</summary>
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
}
