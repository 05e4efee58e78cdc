using System.Diagnostics.Metrics;
using System.Net;
using Hops.Guard;
using Hops.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hops.Http.Tests.Support;

/// <summary>
/// An application with one guarded client, <c>webhooks</c> with a minimum of 4, in a network in memory: 93.184.216.34 is 9 hops away and 93.184.216.35 is 2, as
/// far.example and near.example.
/// </summary>
internal sealed class FakeGuard : IDisposable
{
    private readonly ServiceProvider _services;

    public FakeGuard(Action<HopGuardOptions>? options = null, Action<IServiceCollection>? also = null)
    {
        Network = NewNetwork();
        ServiceCollection services = new();
        services.AddLogging(logging => logging.AddProvider(Log));
        services.AddFakeHopNetwork(Network);
        services.AddHttpClient("webhooks").AddHopGuard(o =>
        {
            o.MinimumHops = 4;
            options?.Invoke(o);
        });
        also?.Invoke(services);
        _services = services.BuildServiceProvider();
        Metrics = new RecordedMetrics(_services.GetRequiredService<IMeterFactory>());
    }

    public FakeHopNetwork Network { get; }

    public RecordedLog Log { get; } = new();

    public RecordedMetrics Metrics { get; }

    public IServiceProvider Services => _services;

    public static FakeHopNetwork NewNetwork() => new FakeHopNetwork()
        .AddName("far.example", "93.184.216.34")
        .AddName("near.example", "93.184.216.35")
        .AddServer("93.184.216.34", hops: 9, Hello)
        .AddServer("93.184.216.35", hops: 2, Hello);

    public static HttpResponseMessage Hello(HttpRequestMessage request) => new(HttpStatusCode.OK) { Content = new StringContent("hello") };

    public HttpClient Client(string name = "webhooks") => _services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <returns>Why the guard refuses; null if there is an answer.</returns>
    public async Task<HopGuardReason?> ReasonAsync(string url, string client = "webhooks") => (await RefusalAsync(url, client))?.Reason;

    public async Task<HopGuardException?> RefusalAsync(string url, string client = "webhooks")
    {
        using HttpClient own = Client(client);
        try
        {
            Assert.Equal("hello", await own.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken));
            return null;
        }
        catch (HttpRequestException e) when (HopGuard.IsRefusal(e))
        {
            return Assert.IsType<HopGuardException>(e.InnerException);
        }
    }

    public void Dispose()
    {
        Metrics.Dispose();
        _services.Dispose();
        Log.Dispose();
    }
}
