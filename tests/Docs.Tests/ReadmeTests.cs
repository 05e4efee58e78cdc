using Hops.Guard;
using Hops.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Docs.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public async Task The_refusal_is_what_the_guard_says()
    {
        FakeHopNetwork network = new FakeHopNetwork()
            .AddName("wiki.example.com", "93.184.216.99")
            .AddServer("93.184.216.99", hops: 2, static _ => throw new InvalidOperationException("It was sent a request."));
        ServiceCollection services = new();
        services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4);
        services.AddFakeHopNetwork(network);
        await using ServiceProvider provider = services.BuildServiceProvider();
        HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");

        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(
            () => client.GetStringAsync("https://wiki.example.com/", TestContext.Current.CancellationToken));
        HopGuardException inner = Assert.IsType<HopGuardException>(refusal.InnerException);
        Assert.Contains($"`{inner.Message}`", Documentation.Read("README.md"), StringComparison.Ordinal);
        Assert.Equal(0, network.Connections[^1].BytesSent);
    }
}
