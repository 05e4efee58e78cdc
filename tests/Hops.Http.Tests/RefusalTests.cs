using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Http.Tests;

public sealed class RefusalTests
{
    [Fact]
    public async Task A_refusal_is_found_wherever_it_is()
    {
        using FakeGuard guard = new();
        HopGuardException refusal = (await guard.RefusalAsync("https://near.example/"))!;
        Assert.True(HopGuard.IsRefusal(refusal));
        Assert.True(HopGuard.IsRefusal(new HttpRequestException("outer", refusal)));
        Assert.True(HopGuard.IsRefusal(new AggregateException(new TimeoutException(), new InvalidOperationException("outer", refusal))));
        Assert.True(HopGuard.IsRefusal(new AggregateException(new AggregateException(new TimeoutException()), new AggregateException(refusal))));
        Assert.True(HopGuard.IsRefusal(new InvalidOperationException("outer", new AggregateException(new TimeoutException(), refusal))));
        Assert.False(HopGuard.IsRefusal(null));
        Assert.False(HopGuard.IsRefusal(new AggregateException(new TimeoutException(), new HttpRequestException("outer", new TimeoutException()))));
    }

    [Fact]
    public async Task It_says_what_was_asked_for_and_what_was_found()
    {
        using FakeGuard guard = new();
        HopGuardException refusal = (await guard.RefusalAsync("https://near.example:8443/"))!;
        Assert.Equal(new DnsEndPoint("near.example", 8443), refusal.EndPoint);
        HopGuardAttempt attempt = Assert.Single(refusal.Attempts);
        Assert.Equal((IPAddress.Parse("93.184.216.35"), HopGuardReason.Near, 2), (attempt.Address, attempt.Reason, attempt.Distance?.Hops));
        Assert.Equal(2, refusal.Distance?.Hops);
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_refused_connection()
    {
        using FakeGuard guard = new();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://near.example/"));
        }

        Assert.Equal(20, guard.Network.Connections.Count);
        Assert.All(guard.Network.Connections, static connection => Assert.True(connection is { IsClosed: true, BytesSent: 0 }, connection.ToString()));
    }

    [Fact]
    public async Task No_socket_of_a_refused_connection_stays_open()
    {
        Requires.Root();
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        ServiceCollection services = new();
        services.AddHttpClient("webhooks")
            .AddHopGuard(static o => (o.MinimumHops, o.Source) = (1, HopMeterSource.SocketFilter))
            .ConfigureHttpClient(static c => c.Timeout = TimeSpan.FromSeconds(30));
        services.Configure<HopGuardOptions>("webhooks", static o => o.AllowedSpecialPurposeNetworks.Add("127.0.0.0/8"));
        using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");

        // Objects that are made once.
        await RefuseAsync();
        using OpenDescriptors open = OpenDescriptors.MustNotGrow();
        for (int i = 0; i < 20; i++)
        {
            await RefuseAsync();
        }

        async Task RefuseAsync()
        {
            HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(
                () => client.GetAsync(new Uri($"https://127.0.0.1:{port}/"), TestContext.Current.CancellationToken));
            Assert.Equal(HopGuardReason.Near, Assert.IsType<HopGuardException>(e.InnerException).Reason);

            // Nothing but the reset arrives.
            using Socket accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
            SocketException reset = await Assert.ThrowsAsync<SocketException>(
                async () => await accepted.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
    }
}
