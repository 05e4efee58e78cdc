using Grpc.Core;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Recipes.Tests.Web.Support;
using Hops.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Refit;

namespace Hops.Recipes.Tests.Web;

/// <summary>
/// Clients that libraries add to services, with <c>AddHopGuard</c>. The guards of services measure as the process does, so that these servers are on loopback:
/// 127.0.0.1 is refused, and localhost, which may be near, is let through.
/// </summary>
public sealed class ClientFactoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Refit makes the handler, of a type without a connect callback. A guard cannot use it, so the start fails.</summary>
    [Fact]
    public async Task AddRefitGeneratedClient_takes_a_guard_with_a_SocketsHttpHandler_only()
    {
        Requires.Root();
        await using LabWebServer server = await LabWebServer.StartAsync(null, static application => application.MapGet("/hello", static () => "hello"));
        Exception? e = await Record.ExceptionAsync(() => GetAsync($"http://127.0.0.1:{server.Port}"));
        Assert.True(HopGuard.IsRefusal(e), $"{e}");
        InvalidOperationException other = await Assert.ThrowsAsync<InvalidOperationException>(
            () => GetAsync($"http://127.0.0.1:{server.Port}", withSocketsHttpHandler: false));
        Assert.Contains("SocketsHttpHandler", other.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.Equal("hello", await GetAsync($"http://localhost:{server.Port}"));

        static async Task<string> GetAsync(string address, bool withSocketsHttpHandler = true)
        {
            ServiceCollection services = new();
            IHttpClientBuilder builder = services.AddRefitGeneratedClient<IGreeting>().ConfigureHttpClient(client => client.BaseAddress = new Uri(address));
            if (withSocketsHttpHandler)
            {
                builder.UseSocketsHttpHandler();
            }

            builder.AddHopGuard(Configure);
            await using ServiceProvider provider = services.BuildServiceProvider();
            return await provider.GetRequiredService<IGreeting>().HelloAsync();
        }
    }

    [Fact]
    public async Task AddGrpcClient_takes_a_guard_and_then_no_load_balancing()
    {
        Requires.Root();
        await using LabWebServer server = await LabWebServer.StartAsync(
            null, static application => application.MapGrpcService<Repeater.Service>(), static services => services.AddGrpc(), HttpProtocols.Http2);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => CallAsync($"http://127.0.0.1:{server.Port}"));
        Assert.True(HopGuard.IsRefusal(e.Status.DebugException), $"{e}");
        InvalidOperationException balanced = await Assert.ThrowsAsync<InvalidOperationException>(() => CallAsync($"dns:///localhost:{server.Port}"));
        Assert.Contains("ConnectCallback", balanced.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.Equal("hello", await CallAsync($"http://localhost:{server.Port}"));

        static async Task<string> CallAsync(string address)
        {
            ServiceCollection services = new();
            services.AddGrpcClient<Client>(options =>
            {
                options.Address = new Uri(address);
                options.ChannelOptionsActions.Add(static channel => channel.Credentials = ChannelCredentials.Insecure);
            }).AddHopGuard(Configure);
            await using ServiceProvider provider = services.BuildServiceProvider();
            return await provider.GetRequiredService<Client>().RepeatAsync("hello");
        }
    }

    private static void Configure(HopGuardOptions options)
    {
        options.MinimumHops = 3;
        options.AllowedSchemes.Add("http");
        options.AllowedSpecialPurposeNetworks.Add("127.0.0.0/8");
        options.AllowedSpecialPurposeNetworks.Add("::1/128");
        options.AllowedNearHosts.Add("localhost");
    }

    public interface IGreeting
    {
        [Get("/hello")]
        Task<string> HelloAsync();
    }

    public sealed class Client(CallInvoker invoker)
    {
        internal async Task<string> RepeatAsync(string text) =>
            await invoker.AsyncUnaryCall(Repeater.Call, null, new CallOptions(cancellationToken: Stop), text);
    }
}
