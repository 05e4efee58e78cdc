using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hops.Http.Tests.Hosting;

/// <summary>Guards of any protocol among the services of an application: far.example is 9 hops away, near.example is 2.</summary>
public sealed class NamedGuardTests : IDisposable
{
    private readonly FakeHopNetwork _network = FakeGuard.NewNetwork();
    private readonly RecordedLog _log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Guards_are_found_by_their_names_and_proven_at_the_start()
    {
        using IHost host = await StartAsync(static services =>
        {
            services.AddHopGuard("mail", static o =>
            {
                o.MinimumHops = 4;
                o.AllowedPorts.Add(25);
            });
            services.AddHopGuard("databases", static o => o.MinimumHops = 10);
            services.AddHopGuard(static o => o.MinimumHops = 2);
        });
        Assert.Equal(
            [
                "Information: Hop guard 'mail': measures by Fake, minimum 4 hops, Enforce",
                "Information: Hop guard 'databases': measures by Fake, minimum 10 hops, Enforce",
                "Information: Hop guard '': measures by Fake, minimum 2 hops, Enforce",
            ],
            _log.Lines);

        HopGuard mail = host.Services.GetRequiredKeyedService<HopGuard>("mail");
        Assert.Same(mail, host.Services.GetRequiredKeyedService<HopGuard>("mail"));
        Assert.Equal(HopGuardReason.Near, await ReasonAsync(mail, "near.example", 25));
        Assert.Equal(HopGuardReason.Port, await ReasonAsync(mail, "far.example", 26));
        Assert.Null(await ReasonAsync(mail, "far.example", 25));
        Assert.Equal(HopGuardReason.Near, await ReasonAsync(host.Services.GetRequiredKeyedService<HopGuard>("databases"), "far.example", 25));
        Assert.Null(await ReasonAsync(host.Services.GetRequiredService<HopGuard>(), "near.example", 25));
        Assert.Equal(
            "Warning: Hop guard 'mail': near.example port 25 was refused: 93.184.216.35 is 2 hops (TTL 62 of 64), and the minimum is 4",
            _log.Lines.ElementAt(3));
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task A_client_and_a_guard_of_one_name_are_one()
    {
        using IHost host = await StartAsync(static services =>
        {
            services.AddHttpClient("webhooks").AddHopGuard();
            services.AddHopGuard("webhooks", static o => o.MinimumHops = 4);
        });
        Assert.Equal(["Information: Hop guard 'webhooks': measures by Fake, minimum 4 hops, Enforce"], _log.Lines);
        using HttpClient client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");
        Assert.True(HopGuard.IsRefusal(await Record.ExceptionAsync(() => client.GetAsync(new Uri("https://near.example/"), Stop))));

        host.Services.GetRequiredKeyedService<HopGuard>("webhooks").ReplaceRefusedNetworks(["93.184.216.34/32"]);
        Assert.True(HopGuard.IsRefusal(await Record.ExceptionAsync(() => client.GetAsync(new Uri("https://far.example/"), Stop))));
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task What_is_not_understood_of_its_section_fails_the_start()
    {
        IConfiguration section = new ConfigurationBuilder().AddInMemoryCollection([new("MinimumHops", "4"), new("AllowedPort", "25")]).Build();
        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(services => services.AddHopGuard("mail", section)));
        Assert.StartsWith("Hop guard 'mail': AllowedPort is not an option of a guard.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_measures_the_start_fails_and_later_the_health_check()
    {
        using (IHost host = await StartAsync(static services => services.AddHopGuard("mail", static o => o.MinimumHops = 4)))
        {
            _network.CanMeasure = false;
            HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
            Assert.Equal(
                (HealthStatus.Unhealthy, "The hop guard 'mail' cannot measure: The fake network cannot measure: its CanMeasure is false."),
                (report.Status, Assert.Single(report.Entries).Value.Description));
            await host.StopAsync(Stop);
        }

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(static services => services.AddHopGuard("mail", static o => o.MinimumHops = 4)));
        Assert.StartsWith("The hop guard 'mail' cannot measure all connections", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_may_be_without_a_guard_where_all_others_have_one()
    {
        using IHost host = await StartAsync(static services =>
        {
            services.ConfigureHttpClientDefaults(static all => all.AddHopGuard(static o => o.MinimumHops = 4));
            services.AddHttpClient("inside").RemoveHopGuard();
            services.AddHttpClient("webhooks");
        });
        Assert.Contains("Information: The client 'inside' has no hop guard: it was removed", _log.Lines);
        IHttpClientFactory clients = host.Services.GetRequiredService<IHttpClientFactory>();
        using HttpClient guarded = clients.CreateClient("webhooks");
        using HttpClient other = clients.CreateClient("never named");
        foreach (HttpClient client in new[] { guarded, other })
        {
            Assert.True(HopGuard.IsRefusal(await Record.ExceptionAsync(() => client.GetAsync(new Uri("https://near.example/"), Stop))));
        }

        // It uses the real network, where there is no such name, and not the guard's.
        int before = _network.LookUps.Count;
        using HttpClient inside = clients.CreateClient("inside");
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => inside.GetAsync(new Uri("https://near.invalid/"), Stop));
        Assert.False(HopGuard.IsRefusal(e));
        Assert.Equal(before, _network.LookUps.Count);

        Assert.Throws<InvalidOperationException>(
            () => new ServiceCollection().ConfigureHttpClientDefaults(static all => all.RemoveHopGuard()));
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task Connections_that_no_guard_makes_are_logged_once()
    {
        using IHost host = await StartAsync(static services => services.AddHopGuardWatch());
        using System.Net.Sockets.TcpListener server = new(System.Net.IPAddress.Loopback, 0);
        server.Start();
        System.Net.EndPoint address = server.LocalEndpoint;
        for (int i = 0; i < 3; i++)
        {
            using System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(address, Stop);
        }

        // Other tests connect beside.
        Assert.Single(_log.Lines, line => line == $"Warning: Hops.Http.Tests connects to {address} without a hop guard");
        await host.StopAsync(Stop);
        int lines = _log.Lines.Count;
        using System.Net.Sockets.Socket after = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        await after.ConnectAsync(address, Stop);
        Assert.Equal(lines, _log.Lines.Count);
    }

    private static async Task<HopGuardReason?> ReasonAsync(HopGuard guard, string host, int port)
    {
        try
        {
            await (await guard.ConnectAsync(host, port, Stop)).DisposeAsync();
            return null;
        }
        catch (HopGuardException e)
        {
            return e.Reason;
        }
    }

    private async Task<IHost> StartAsync(Action<IServiceCollection> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(_log);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.None);
        builder.Services.AddFakeHopNetwork(_network);
        builder.Services.AddHealthChecks().AddHopGuard();
        configure(builder.Services);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(Stop);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
