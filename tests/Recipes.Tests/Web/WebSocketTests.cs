using System.Net.WebSockets;
using System.Text;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Recipes.Tests.Support;
using Hops.Recipes.Tests.Web.Support;
using Hops.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hops.Recipes.Tests.Web;

/// <summary><see cref="ClientWebSocket"/> with the handler of a guard.</summary>
public sealed class WebSocketTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_far_server_repeats_what_it_hears()
    {
        Requires.Root();
        await using LabWebServer far = await LabWebServer.StartAsync(lab.Far, Repeat);
        Assert.Equal("hello", await SayAsync(lab.NewGuardedHandler(), $"ws://{RecipeLab.FarName}:{far.Port}/ws"));
    }

    [Theory]
    [InlineData(RecipeLab.NearName)]
    [InlineData("198.18.1.2")]
    public async Task A_near_server_gets_no_byte(string host)
    {
        Requires.Root();
        await using LabWebServer near = await LabWebServer.StartAsync(lab.Near, Repeat);
        string address = $"ws://{host}:{near.Port}/ws";
        _ = lab.AtNear();
        WebSocketException e = await Assert.ThrowsAsync<WebSocketException>(() => SayAsync(lab.NewGuardedHandler(), address));
        Assert.True(HopGuard.IsRefusal(e));
        Assert.Equal(0, lab.AtNear().Bytes);

        Assert.Equal("hello", await SayAsync(lab.NewUnguardedHandler(), address));
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    /// <summary>The handshake is a request, and the handler follows its redirections.</summary>
    [Theory]
    [InlineData("http")]
    [InlineData("ws")]
    public async Task A_handshake_that_is_redirected_to_a_near_server_sends_it_no_byte(string scheme)
    {
        Requires.Root();
        await using LabWebServer near = await LabWebServer.StartAsync(lab.Near, Repeat);
        string location = $"{scheme}://{lab.NearAddress}:{near.Port}/ws";
        await using LabWebServer far = await LabWebServer.StartAsync(
            lab.Far, application => application.MapGet("/ws", () => Results.Redirect(location, preserveMethod: true)));
        string address = $"ws://{RecipeLab.FarName}:{far.Port}/ws";
        _ = lab.AtNear();
        WebSocketException e = await Assert.ThrowsAsync<WebSocketException>(() => SayAsync(lab.NewGuardedHandler(), address));
        Assert.True(HopGuard.IsRefusal(e));
        Arrivals arrivals = lab.AtNear();
        Assert.Equal((1, 0), (arrivals.Connections, arrivals.Bytes));

        Assert.Equal("hello", await SayAsync(lab.NewUnguardedHandler(), address));
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    private static async Task<string> SayAsync(HttpMessageHandler handler, string address)
    {
        using HttpMessageInvoker invoker = new(handler);
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri(address), invoker, Stop);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Stop);
        byte[] buffer = new byte[16];
        WebSocketReceiveResult message = await socket.ReceiveAsync(buffer, Stop);
        return Encoding.UTF8.GetString(buffer, 0, message.Count);
    }

    private static void Repeat(WebApplication application) => application.Map("/ws", static async (HttpContext context) =>
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[1024];
        WebSocketReceiveResult message = await socket.ReceiveAsync(buffer, Stop);
        await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, Stop);
    });
}
