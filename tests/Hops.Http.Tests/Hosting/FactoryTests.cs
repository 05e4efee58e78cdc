using System.Net;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace Hops.Http.Tests.Hosting;

/// <summary>Tests what other users of the factory may and may not do.</summary>
public sealed class FactoryTests
{
    [Fact]
    public async Task Two_clients_have_their_own_minimums()
    {
        using FakeGuard guard = new(also: static services => services.AddHttpClient("partners").AddHopGuard(static o => o.MinimumHops = 2));
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://near.example/"));
        Assert.Null(await guard.ReasonAsync("https://near.example/", "partners"));
    }

    [Fact]
    public async Task Defaults_guard_every_client_and_a_client_may_say_more()
    {
        using FakeGuard guard = new(also: static services =>
        {
            services.ConfigureHttpClientDefaults(static clients => clients.AddHopGuard(static o => o.MinimumHops = 3));
            services.AddHttpClient("partners").AddHopGuard(static o => o.MinimumHops = 2);
            services.AddHttpClient("plain");
        });
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://near.example/", "plain"));
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://near.example/", "nobody-registered-it"));
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://near.example/", ""));
        Assert.Null(await guard.ReasonAsync("https://near.example/", "partners"));
    }

    [Fact]
    public async Task Defaults_that_come_later_do_not_override_a_client_of_its_own()
    {
        using FakeGuard guard = new(
            also: static services => services.ConfigureHttpClientDefaults(static clients => clients.AddHopGuard(static o => o.MinimumHops = 1)));
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://near.example/"));
        Assert.Null(await guard.ReasonAsync("https://near.example/", "plain"));
    }

    [Fact]
    public async Task A_client_without_a_guard_is_left_alone()
    {
        using SocketsHttpHandler own = new() { ConnectCallback = static (_, _) => throw new NotSupportedException("its own way") };
        using FakeGuard guard = new(also: services => services.AddHttpClient("plain").ConfigurePrimaryHttpMessageHandler(() => own));
        using HttpClient client = guard.Client("plain");
        HttpRequestException failure = await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => client.GetAsync(new Uri("http://near.example/"), TestContext.Current.CancellationToken));
        Assert.IsType<NotSupportedException>(failure.InnerException);
    }

    [Fact]
    public async Task Typed_and_keyed_clients_are_guarded()
    {
        using FakeGuard guard = new(also: static services =>
        {
            services.AddHttpClient<Fetcher>().AddHopGuard(static o => o.MinimumHops = 4);
            services.AddHttpClient("keyed").AddAsKeyed().AddHopGuard(static o => o.MinimumHops = 4);
        });
        using IServiceScope scope = guard.Services.CreateScope();
        IServiceProvider services = scope.ServiceProvider;
        foreach (HttpClient client in (HttpClient[])[services.GetRequiredService<Fetcher>().Client, services.GetRequiredKeyedService<HttpClient>("keyed")])
        {
            Assert.Equal("hello", await client.GetStringAsync(new Uri("https://far.example/"), TestContext.Current.CancellationToken));
            Assert.True(HopGuard.IsRefusal(await Record.ExceptionAsync(
                () => client.GetAsync(new Uri("https://near.example/"), TestContext.Current.CancellationToken))));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Someone_elses_connect_callback_is_refused(bool filterFirst)
    {
        using FakeGuard guard = new(also: services => Replace(
            services,
            "webhooks",
            static () => new SocketsHttpHandler { ConnectCallback = static (_, _) => throw new NotSupportedException() },
            filterFirst));
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => guard.Client());
        Assert.Equal(
            "The client 'webhooks' has a SocketsHttpHandler with a ConnectCallback, and a guard must make its connections itself: "
                + "remove the callback, or the guard.",
            refusal.Message);
    }

    [Fact]
    public void A_handler_that_two_guards_would_share_is_refused()
    {
        using SocketsHttpHandler shared = new();
        using FakeGuard guard = new(also: services =>
        {
            services.AddHttpClient("webhooks").ConfigurePrimaryHttpMessageHandler(() => shared);
            services.AddHttpClient("partners").AddHopGuard(static o => o.MinimumHops = 1).ConfigurePrimaryHttpMessageHandler(() => shared);
        });
        guard.Client().Dispose();
        Assert.Equal(
            "The client 'partners' got a SocketsHttpHandler that already has a hop guard: it is shared. IHttpClientFactory asks for a handler for each client, "
            + "and again whenever the handler's lifetime is over (2 minutes unless set): return a new one each time, "
            + "as ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler()) does.",
            Assert.Throws<InvalidOperationException>(() => guard.Client("partners")).Message);
    }

    public static TheoryData<string> LaterChanges => ["callback", "other callback", "proxy", "inner"];

    /// <summary>.NET lets a handler be changed until its first request.</summary>
    [Theory]
    [MemberData(nameof(LaterChanges))]
    public async Task Nothing_that_is_set_on_the_handler_later_takes_the_guard_away(string change)
    {
        SocketsHttpHandler? kept = null;
        using FakeGuard guard = new(also: services => services.AddHttpClient("webhooks").UseSocketsHttpHandler((handler, _) => kept = handler));
        HttpMessageHandler chain = guard.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("webhooks");
        while (chain is DelegatingHandler { InnerHandler: DelegatingHandler inner })
        {
            chain = inner;
        }

        Change((DelegatingHandler)chain, kept!, change);
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => guard.ReasonAsync("https://far.example/"));
        Assert.StartsWith("The hop guard 'webhooks' sends nothing: it was removed.", e.Message, StringComparison.Ordinal);
        Assert.StartsWith("Error: Hop guard 'webhooks': it was removed.", guard.Log.Lines.Last(), StringComparison.Ordinal);
        Assert.Empty(guard.Network.Connections);
    }

    [Theory]
    [MemberData(nameof(LaterChanges))]
    public async Task Nothing_that_is_set_on_a_handler_without_a_factory_takes_the_guard_away(string change)
    {
        using FakeGuard guard = new();
        HopGuard own = new(new HopGuardOptions { MinimumHops = 4 }, guard.Network);
        using DelegatingHandler handler = Assert.IsType<DelegatingHandler>(own.CreateHandler(), exactMatch: false);
        Change(handler, (SocketsHttpHandler)handler.InnerHandler!, change);
        using HttpMessageInvoker client = new(handler, disposeHandler: false);
        using HttpRequestMessage request = new(HttpMethod.Get, "https://far.example/");
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(() => client.Send(request, TestContext.Current.CancellationToken));
        Assert.Empty(guard.Network.Connections);
    }

    [Fact]
    public void A_proxy_that_was_set_is_refused()
    {
        using FakeGuard guard = new(also: static services => services.AddHttpClient("webhooks")
            .UseSocketsHttpHandler(static (handler, _) => handler.Proxy = new WebProxy("http://proxy.example:3128")));
        Assert.Equal(
            "The client 'webhooks' has a Proxy: the proxy would be measured in place of the target, and it is the proxy that connects. "
                + "Remove it, or use a guard in the proxy.",
            Assert.Throws<InvalidOperationException>(() => guard.Client()).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_primary_handler_is_refused_whoever_sets_it(bool filterFirst)
    {
        using FakeGuard guard = new(also: services => Replace(services, "webhooks", static () => new HttpClientHandler(), filterFirst));
        Assert.Equal(
            "The client 'webhooks' has a primary handler of type HttpClientHandler, whose connections a hop guard cannot judge. "
                + "Use a SocketsHttpHandler, or none, or remove the guard.",
            Assert.Throws<InvalidOperationException>(() => guard.Client()).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_filter_of_someone_else_does_not_take_the_guard_away(bool filterFirst)
    {
        using FakeGuard guard = new(also: services => Replace(
            services, "later", static () => new SocketsHttpHandler { AllowAutoRedirect = false }, filterFirst));
        Assert.Equal(HopGuardReason.Near, await guard.ReasonAsync("https://near.example/", "later"));
    }

    [Fact]
    public void A_filter_that_was_put_before_the_guard_is_refused()
    {
        using FakeGuard guard = new(also: static services => services.Insert(
            0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter>(new ReplacingFilter("webhooks", static () => new SocketsHttpHandler()))));
        Assert.Contains(
            "The filter ReplacingFilter was put before the hop guard 'webhooks'",
            Assert.Throws<InvalidOperationException>(() => guard.Client()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_settings_of_the_handler_stay()
    {
        SocketsHttpHandler? own = null;
        using FakeGuard guard = new(also: services => services.AddHttpClient("webhooks").UseSocketsHttpHandler((handler, _) =>
        {
            own = handler;
            handler.MaxConnectionsPerServer = 3;
            handler.AllowAutoRedirect = false;
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(1);
            handler.UseCookies = false;
        }));
        Assert.Null(await guard.ReasonAsync("https://far.example/"));
        Assert.Equal(
            (3, false, TimeSpan.FromMinutes(1), false),
            (own!.MaxConnectionsPerServer, own.AllowAutoRedirect, own.PooledConnectionLifetime, own.UseCookies));
        Assert.False(own.UseProxy);
    }

    private static void Change(DelegatingHandler guard, SocketsHttpHandler inner, string change)
    {
        switch (change)
        {
            case "callback":
                inner.ConnectCallback = null;
                break;
            case "other callback":
                inner.ConnectCallback = static (_, _) => throw new NotSupportedException();
                break;
            case "proxy":
                inner.UseProxy = true;
                inner.Proxy = new WebProxy("http://proxy.example:3128");
                break;
            default:
                guard.InnerHandler = new SocketsHttpHandler();
                break;
        }
    }

    /// <summary>A filter that replaces a guarded client's primary handler after everything that it wraps. Registered before the guard's, or after.</summary>
    private static void Replace(IServiceCollection services, string client, Func<HttpMessageHandler> handler, bool filterFirst)
    {
        if (filterFirst)
        {
            // As if the guard came after it.
            ServiceDescriptor[] guards =
            [
                .. services.Where(static s =>
                    s.ServiceType == typeof(IHttpMessageHandlerBuilderFilter) && s.ImplementationType?.Namespace == "Hops.Http.Hosting"),
            ];
            Array.ForEach(guards, guard => services.Remove(guard));
        }

        services.AddSingleton<IHttpMessageHandlerBuilderFilter>(new ReplacingFilter(client, handler));
        services.AddHttpClient(client).AddHopGuard(static o => o.MinimumHops = 4);
    }

    private sealed class ReplacingFilter(string client, Func<HttpMessageHandler> handler) : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            if (builder.Name == client)
            {
                builder.PrimaryHandler = handler();
            }
        };
    }

    private sealed class Fetcher(HttpClient client)
    {
        public HttpClient Client => client;
    }
}
