using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Hops.Guard;
using Hops.Http;
using Hops.Http.Tests.Support;
using Hops.Lab;
using Hops.Recipes.Tests.Support;
using Hops.Recipes.Tests.Web.Support;
using Hops.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Recipes.Tests.Web;

/// <summary>Channels of gRPC with the handler of a guard.</summary>
public sealed class GrpcTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_far_server_answers()
    {
        Requires.Root();
        await using LabWebServer far = await StartAsync(lab.Far);
        Assert.Equal("hello", await CallAsync($"http://{RecipeLab.FarName}:{far.Port}", lab.NewGuardedHandler()));
    }

    [Fact]
    public async Task A_near_server_gets_no_byte()
    {
        Requires.Root();
        await using LabWebServer near = await StartAsync(lab.Near);
        string address = $"http://{RecipeLab.NearName}:{near.Port}";
        _ = lab.AtNear();
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(address, lab.NewGuardedHandler()));
        Assert.True(HopGuard.IsRefusal(e.Status.DebugException), $"{e}");
        Assert.Equal(0, lab.AtNear().Bytes);

        Assert.Equal("hello", await CallAsync(address, lab.NewUnguardedHandler()));
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    [Fact]
    public async Task A_call_that_is_redirected_to_a_near_server_sends_it_no_byte()
    {
        Requires.Root();
        await using LabWebServer near = await StartAsync(lab.Near);
        string location = $"http://{lab.NearAddress}:{near.Port}/Repeater/Repeat";
        await using LabWebServer far = await LabWebServer.StartAsync(
            lab.Far,
            application => application.Map("/Repeater/Repeat", () => Results.Redirect(location, preserveMethod: true)),
            protocols: HttpProtocols.Http2);
        string address = $"http://{RecipeLab.FarName}:{far.Port}";
        _ = lab.AtNear();
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => CallAsync(address, lab.NewGuardedHandler()));
        Arrivals arrivals = lab.AtNear();
        Assert.Equal(0, arrivals.Bytes);
        Assert.True(HopGuard.IsRefusal(e.Status.DebugException), $"{e}");

        _ = await Record.ExceptionAsync(() => CallAsync(address, lab.NewUnguardedHandler()));
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    /// <summary>
    /// gRPC's load balancing makes connections itself and requires a handler without a connect callback. A guard sets one, so no connection bypasses it.
    /// </summary>
    [Theory]
    [InlineData("static:///far.example", false)]
    [InlineData("static:///far.example", true)]
    [InlineData("dns:///198.18.1.2:{0}", false)]
    [InlineData("dns:///198.18.1.2:{0}", true)]
    [InlineData("dns:///localhost:{0}", true)]
    [InlineData("http://198.18.1.2:{0}", true)]
    public async Task A_channel_with_client_side_load_balancing_is_not_made_with_a_guarded_handler(string target, bool roundRobin)
    {
        Requires.Root();
        await using LabWebServer near = await StartAsync(lab.Near);
        ServiceCollection services = new();
        services.AddSingleton<ResolverFactory>(
            new StaticResolverFactory(_ => [new BalancerAddress(lab.FarAddress, near.Port), new BalancerAddress(lab.NearAddress, near.Port)]));
        await using ServiceProvider provider = services.BuildServiceProvider();
        string address = string.Format(CultureInfo.InvariantCulture, target, near.Port);
        _ = lab.AtNear();

        SocketsHttpHandler inside = new();
        foreach (HttpMessageHandler handler in (HttpMessageHandler[])[
            lab.NewWebGuard().CreateHandler(inside), inside, lab.NewWebGuard().CreateHandler(static () => new SocketsHttpHandler())])
        {
            InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => CallAsync(address, handler, roundRobin, provider));
            Assert.Contains("ConnectCallback", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(Arrivals.None, lab.AtNear());
    }

    /// <summary>The other order: the channel was there before the guard.</summary>
    [Fact]
    public void A_handler_that_a_channel_with_load_balancing_has_taken_gets_no_guard()
    {
        Requires.Root();
        SocketsHttpHandler handler = new();
        using GrpcChannel channel = NewChannel("dns:///localhost:1", handler);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => lab.NewWebGuard().CreateHandler(handler));
        Assert.Contains("ConnectCallback", e.Message, StringComparison.Ordinal);
    }

    /// <summary>In place of load balancing.</summary>
    [Fact]
    public async Task Of_channels_that_share_a_handler_the_far_ones_answer_and_near_ones_send_no_byte()
    {
        Requires.Root();
        await using LabWebServer near = await StartAsync(lab.Near);
        await using LabWebServer far = await StartAsync(lab.Far);
        HttpMessageHandler handler = lab.NewGuardedHandler();
        _ = lab.AtNear();
        Assert.Equal("hello", await CallAsync($"http://{RecipeLab.FarName}:{far.Port}", handler));
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => CallAsync($"http://{RecipeLab.NearName}:{near.Port}", handler));
        Assert.True(HopGuard.IsRefusal(e.Status.DebugException), $"{e}");
        Assert.Equal("hello", await CallAsync($"http://{RecipeLab.FarName}:{far.Port}", handler));
        Assert.Equal(0, lab.AtNear().Bytes);
        Assert.Empty(near.Requests);
    }

    private static async Task<string> CallAsync(string target, HttpMessageHandler handler, bool roundRobin = false, IServiceProvider? services = null)
    {
        using GrpcChannel channel = NewChannel(target, handler, roundRobin, services);
        return await channel.CreateCallInvoker().AsyncUnaryCall(Repeater.Call, null, new CallOptions(cancellationToken: Stop), "hello");
    }

    private static GrpcChannel NewChannel(string target, HttpMessageHandler handler, bool roundRobin = false, IServiceProvider? services = null) =>
        GrpcChannel.ForAddress(target, new GrpcChannelOptions
        {
            HttpHandler = handler,
            Credentials = ChannelCredentials.Insecure,
            ServiceConfig = roundRobin ? new() { LoadBalancingConfigs = { new RoundRobinConfig() } } : null,
            ServiceProvider = services,
        });

    private static Task<LabWebServer> StartAsync(NetworkNamespace at) => LabWebServer.StartAsync(
        at, static application => application.MapGrpcService<Repeater.Service>(), static services => services.AddGrpc(), HttpProtocols.Http2);
}
