using System.Diagnostics.Metrics;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hops.Http.Tests.Telemetry;

/// <summary>Listeners and log providers of an application may throw. That is nothing to the guard.</summary>
public sealed class ThrowingListenerTests : IDisposable
{
    private readonly MeterListener _listener = new();
    private int _thrown;

    public ThrowingListenerTests()
    {
        // Only ours: .NET's own instruments are .NET's to protect.
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Hops.Guard")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => Throw());
        _listener.SetMeasurementEventCallback<int>((_, _, _, _) => Throw());
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Throw());
    }

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task A_listener_and_a_log_that_throw_change_no_decision_and_lose_no_connection(HopGuardMode mode)
    {
        using FakeGuard guard = new(o => o.Mode = mode, services => services.AddLogging(logging => logging.AddProvider(new ThrowingLog(this))));
        _listener.Start();
        Assert.Null(await guard.ReasonAsync("https://far.example/"));
        (string, HopGuardReason)[] refused = [("https://near.example/", HopGuardReason.Near), ("http://far.example/", HopGuardReason.Scheme)];
        foreach ((string url, HopGuardReason reason) in refused)
        {
            Assert.Equal(mode == HopGuardMode.Enforce ? reason : null, await guard.ReasonAsync(url));
        }

        Assert.True(_thrown >= 4, $"{_thrown}");
        // No refused connection is left to the finalizer.
        Assert.All(
            guard.Network.Connections.Where(static connection => connection.Address.ToString() == "93.184.216.35"),
            connection => Assert.Equal(mode == HopGuardMode.Enforce, connection.IsClosed));
    }

    [Fact]
    public async Task A_log_that_throws_does_not_fail_the_start()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(new ThrowingLog(this));
        builder.Logging.AddFilter("Microsoft", LogLevel.None);
        builder.Services.AddHttpClient("webhooks").AddHopGuard(static o => o.MinimumHops = 4);
        builder.Services.AddFakeHopNetwork(FakeGuard.NewNetwork());
        using IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(_thrown > 0);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private void Throw()
    {
        Interlocked.Increment(ref _thrown);
        throw new NotSupportedException("a listener");
    }

    private sealed class ThrowingLog(ThrowingListenerTests tests) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // HttpClient's own log is .NET's to protect.
            if (formatter(state, exception).Contains("Hop guard", StringComparison.Ordinal))
            {
                tests.Throw();
            }
        }

        public void Dispose()
        {
        }
    }
}
