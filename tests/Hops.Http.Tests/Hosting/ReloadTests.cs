using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hops.Http.Tests.Hosting;

/// <summary>The refused networks of a file that changes while the application runs.</summary>
public sealed class ReloadTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("hops-reload-").FullName, "settings.json");
    private readonly FakeHopNetwork _network = FakeGuard.NewNetwork();
    private readonly RecordedLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Fact]
    public async Task They_follow_the_file_and_stay_where_it_has_a_mistake()
    {
        await WriteAsync(""" "MinimumHops": 4, "RefusedNetworks": [ "198.51.100.0/24" ] """);
        IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonFile(_file, optional: false, reloadOnChange: false).Build();
        ServiceCollection services = new();
        services.AddLogging(logging => logging.AddProvider(_log).AddFilter("System.Net.Http", LogLevel.None));
        services.AddFakeHopNetwork(_network);
        services.AddHttpClient("webhooks").AddHopGuard(configuration.GetSection("HopGuard"));
        services.AddHopGuard("mail", configuration.GetSection("HopGuard"));
        await using ServiceProvider provider = services.BuildServiceProvider();
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");
        HopGuard mail = provider.GetRequiredKeyedService<HopGuard>("mail");
        Assert.Equal((false, false), (await RefusesAsync(client), await RefusesAsync(mail)));

        await WriteAsync(""" "MinimumHops": 4, "RefusedNetworks": [ "198.51.100.0/24", "93.184.216.0/24" ] """);
        configuration.Reload();
        // The client has a connection in its pool, which was judged before.
        Assert.Equal((false, true), (await RefusesAsync(client), await RefusesAsync(mail)));
        using HttpClient anew = provider.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");
        Assert.True(await RefusesAsync(anew, "https://93.184.216.34/"));
        Assert.Equal(
            ["Information: Hop guard 'mail': configuration was read again, and 2 networks are refused from now on"],
            _log.Lines.Where(static line => line.Contains("'mail': configuration", StringComparison.Ordinal)));

        foreach (string mistake in new[]
        {
            """ "MinimumHops": 4, "RefusedNetworks": [ "198.51.100.0/24", "93.184.216/24" ] """,
            """ "MinimumHops": 4, "RefusedNetwork": [ "198.51.100.0/24" ] """,
            """ "MinimumHops": 99 """,
            "",
        })
        {
            await WriteAsync(mistake);
            configuration.Reload();
            Assert.True(await RefusesAsync(mail));
            Assert.StartsWith(
                "Error: Hop guard 'mail': configuration was read again and has mistakes; the refused networks stay as they were.",
                _log.Lines.Last(static line => line.Contains("'mail'", StringComparison.Ordinal) && line.Contains("configuration", StringComparison.Ordinal)),
                StringComparison.Ordinal);
        }

        // Only these follow: another minimum takes a restart.
        await WriteAsync(""" "MinimumHops": 20 """);
        configuration.Reload();
        Assert.False(await RefusesAsync(mail));
    }

    private Task WriteAsync(string options) => File.WriteAllTextAsync(_file, $$"""{ "HopGuard": { {{options}} } }""", TestContext.Current.CancellationToken);

    private static async Task<bool> RefusesAsync(HttpClient client, string url = "https://far.example/")
    {
        try
        {
            Assert.Equal("hello", await client.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken));
            return false;
        }
        catch (HttpRequestException e) when (HopGuard.IsRefusal(e))
        {
            return true;
        }
    }

    private static async Task<bool> RefusesAsync(HopGuard guard)
    {
        try
        {
            await (await guard.ConnectAsync("far.example", 25, TestContext.Current.CancellationToken)).DisposeAsync();
            return false;
        }
        catch (HopGuardException e)
        {
            Assert.Equal(HopGuardReason.Network, e.Reason);
            return true;
        }
    }
}
