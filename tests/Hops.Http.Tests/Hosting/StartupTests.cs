using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hops.Http.Tests.Hosting;

public sealed class StartupTests : IDisposable
{
    private readonly FakeHopNetwork _network = FakeGuard.NewNetwork();
    private readonly RecordedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task One_line_proves_each_guard()
    {
        using IHost host = await StartAsync(static services =>
        {
            services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4);
            services.AddHttpClient("previews").AddHopGuard(static o => (o.MinimumHops, o.Mode) = (6, HopGuardMode.ReportOnly));
        });
        Assert.Equal(
            [
                "Information: Hop guard 'webhooks': measures by Fake, minimum 4 hops, Enforce",
                "Information: Hop guard 'previews': measures by Fake, minimum 6 hops, ReportOnly",
            ],
            _log.Lines);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_unset_minimum_fails_the_start_and_says_how_to_find_one()
    {
        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(static services => services.AddHttpClient("webhooks").AddHopGuard()));
        Assert.Contains("guard 'webhooks': MinimumHops is not set.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("measure it with HopGuard.CalibrateAsync", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Where_nothing_can_measure_the_start_fails_with_the_diagnosis()
    {
        _network.CanMeasure = false;
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(static services => services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4)));
        HopMeasurementException cause = Assert.IsType<HopMeasurementException>(failure.InnerException);
        Assert.StartsWith(
            $"The hop guard 'webhooks' cannot measure all connections, and would refuse those that it cannot. {cause.Message}",
            failure.Message,
            StringComparison.Ordinal);
        string diagnosis = $"{await Hops.Diagnosis.HopDiagnosis.RunAsync(TestContext.Current.CancellationToken)}";
        Assert.Contains(diagnosis, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HopGuardMode.ReportOnly, true)]
    [InlineData(HopGuardMode.Enforce, false)]
    public async Task Who_does_not_insist_on_measuring_starts_with_a_warning(HopGuardMode mode, bool requires)
    {
        _network.CanMeasure = false;
        using IHost host = await StartAsync(services => services.AddHttpClient("webhooks")
            .AddHopGuard(o => (o.MinimumHops, o.Mode, o.RequireMeasurement) = (4, mode, requires)));
        Assert.Equal(
            [
                "Warning: Hop guard 'webhooks': not all connections can be measured, "
                    + $"and only the addresses of the others are checked ({mode}). "
                    + "The fake network cannot measure: its CanMeasure is false.",
            ],
            _log.Lines);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task On_a_real_machine_the_real_way_is_proven()
    {
        TestSupport.Requires.Root();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(_log);
        builder.Services.AddHttpClient("webhooks").AddHopGuard(static o => (o.MinimumHops, o.Source) = (4, HopMeterSource.SocketFilter));
        builder.Services.AddHealthChecks().AddHopGuard();
        using IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["Information: Hop guard 'webhooks': measures by SocketFilter, minimum 4 hops, Enforce"], _log.Lines);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_handler_that_cannot_be_guarded_fails_the_start()
    {
        using SocketsHttpHandler own = new() { ConnectCallback = static (_, _) => throw new InvalidOperationException("connected") };
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(services =>
            services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4).ConfigurePrimaryHttpMessageHandler(() => own)));
        Assert.Contains("has a SocketsHttpHandler with a ConnectCallback", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Not two minutes later, when the factory makes the next one.</summary>
    [Fact]
    public async Task A_handler_that_is_always_the_same_fails_the_start()
    {
        using SocketsHttpHandler shared = new();
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(services =>
            services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4).ConfigurePrimaryHttpMessageHandler(() => shared)));
        Assert.StartsWith(
            "The client 'webhooks' got a SocketsHttpHandler that already has a hop guard: it is shared.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_two_clients_share_fails_the_start()
    {
        using SocketsHttpHandler shared = new();
        int handed = 0;
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(services =>
        {
            services.AddHttpClient("webhooks")
                .AddHopGuard(static o => o.MinimumHops = 4)
                .ConfigurePrimaryHttpMessageHandler(() => handed++ == 0 ? shared : new SocketsHttpHandler());
            services.AddHttpClient("partners").AddHopGuard(static o => o.MinimumHops = 4).ConfigurePrimaryHttpMessageHandler(() => shared);
        }));
        Assert.StartsWith(
            "The client 'partners' got a SocketsHttpHandler that already has a hop guard: it is shared.", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>The checks at the start leave nothing behind.</summary>
    [Fact]
    public async Task The_handler_that_the_start_tries_is_disposed()
    {
        List<Noticing> made = [];
        using IHost host = await StartAsync(services =>
        {
            services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4).AddHttpMessageHandler(() =>
            {
                made.Add(new Noticing());
                return made[^1];
            });
        });
        Assert.Equal([false, true], made.Select(static handler => handler.IsDisposed));
        using HttpClient client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");
        Assert.Equal("hello", await client.GetStringAsync(new Uri("https://far.example/"), TestContext.Current.CancellationToken));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_proxy_that_the_environment_names_is_a_warning_at_the_start()
    {
        const string variable = "ALL_PROXY";
        string? before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "http://user:secret@proxy.example:3128");
        try
        {
            using IHost host = await StartAsync(static services => services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4));
            string warning = Assert.Single(_log.Lines, static line => line.StartsWith("Warning: ", StringComparison.Ordinal));
            Assert.Contains($"the variable {variable} names a proxy, which is not used", warning, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", warning, StringComparison.Ordinal);
            using HttpClient client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("webhooks");
            Assert.Equal("hello", await client.GetStringAsync(new Uri("https://far.example/"), TestContext.Current.CancellationToken));
            Assert.Equal("93.184.216.34", Assert.Single(_network.Connections).Address.ToString());
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_health_check_measures(bool canMeasure)
    {
        using IHost host = await StartAsync(static services =>
        {
            services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4);
            services.AddHealthChecks().AddHopGuard("distance");
        });
        _network.CanMeasure = canMeasure;
        HealthReport report = await CheckAsync(host);
        Assert.Equal(canMeasure ? HealthStatus.Healthy : HealthStatus.Unhealthy, report.Status);
        HealthReportEntry entry = Assert.Single(report.Entries, static e => e.Key == "distance").Value;
        Assert.Equal(
            canMeasure ? null : "The hop guard 'webhooks' cannot measure: The fake network cannot measure: its CanMeasure is false.",
            entry.Description);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static Task<HealthReport> CheckAsync(IHost host) =>
        host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);

    private async Task<IHost> StartAsync(Action<IServiceCollection> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(_log);
        configure(builder.Services);
        builder.Services.AddFakeHopNetwork(_network);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    private sealed class Noticing : DelegatingHandler
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
