using System.Net.Sockets;
using System.Net.WebSockets;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>UserProxy forwards to far servers, and reveals nothing about near ones.</summary>
public sealed class UserProxyTests(EgressLab lab) : IClassFixture<EgressLab>
{
    private static string Curl => Requires.Program("curl", "curl");

    [Fact]
    public async Task Far_destinations_are_served_web_sockets_too()
    {
        lab.Start();
        using Sample service = Start();
        Set("shop", "https://far.example/");
        Assert.Equal("far GET /a?b=c", Visit("shop/a?b=c").Body);

        using ClientWebSocket socket = new();
        using SocketsHttpHandler handler = new() { ConnectCallback = async (_, _) => new NetworkStream(await lab.ConnectAsync(8080), ownsSocket: true) };
        using HttpMessageInvoker invoker = new(handler);
        await socket.ConnectAsync(new Uri("ws://visitor.example/shop/socket"), invoker, EgressWire.Limit());
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, EgressWire.Limit());
        byte[] answer = new byte[100];
        ValueWebSocketReceiveResult received = await socket.ReceiveAsync(answer.AsMemory(), EgressWire.Limit());
        Assert.Equal("hello", System.Text.Encoding.ASCII.GetString(answer, 0, received.Count));
    }

    [Fact]
    public void A_near_destination_gets_not_a_byte_and_looks_like_every_other_failure()
    {
        lab.Start();
        using Sample service = Start();
        Set("near", "https://near.example/");
        (string status, string near) = Visit("near/secret");
        Assert.Equal(("502", "This address could not be fetched.\n"), (status, near));
        foreach (string destination in (string[])[
            "https://far.example:7000/", "https://nowhere.example/", "https://filtered.example/", "https://127.0.0.1:8081/", "https://169.254.169.254/",
            "https://198.18.0.2/"])
        {
            Set("other", destination);
            Assert.Equal((status, near), Visit("other/secret"));
        }

        // A far destination that sends visitors elsewhere sends the visitors, not the proxy.
        Set("moved", "https://far.example/");
        Assert.Equal("302", Visit("moved/to-near").Status);
        Assert.Equal(0, lab.ArrivedNear().Bytes);
    }

    [Fact]
    public void Without_the_guards_refusals_bytes_arrive_at_a_near_destination()
    {
        lab.Start();
        using Sample service = Start("--HopGuard:Mode=ReportOnly");
        Set("near", "https://near.example/");
        Assert.Equal(("200", "inside"), Visit("near/secret"));
        Assert.True(lab.ArrivedNear().Bytes > 0);
    }

    [Fact]
    public void Visitors_set_no_destinations_and_only_addresses_of_https_are_taken()
    {
        lab.Start();
        using Sample service = Start();
        Assert.Equal("404", Code("-X", "PUT", "-d", "https://far.example/", "-H", "Host: 127.0.0.1:8081", "http://127.0.0.1:8080/destinations/shop"));
        foreach (string destination in (string[])["http://far.example/", "file:///etc/passwd", "https://a:b@far.example/", "far.example", "https://", ""])
        {
            Assert.Equal("400", Code("-X", "PUT", "-d", destination, "http://127.0.0.1:8081/destinations/shop"));
        }

        Assert.Equal("200", Code("http://127.0.0.1:8081/health"));
    }

    private Sample Start(params string[] settings) =>
        lab.StartService("UserProxy", ["--HopGuard:MinimumHops=3", "--HopGuard:ConnectTimeout=00:00:02", .. settings]);

    private void Set(string name, string destination) =>
        Assert.Equal("204", Code("-X", "PUT", "-d", destination, $"http://127.0.0.1:8081/destinations/{name}"));

    private string Code(params string[] arguments) =>
        lab.RunDirectly(Curl, ["-sS", "-o", "/dev/null", "-w", "%{http_code}", .. arguments]).Output;

    private (string Status, string Body) Visit(string path)
    {
        string output = lab.RunDirectly(Curl, "-sS", "-w", "%{http_code}", $"http://127.0.0.1:8080/{path}").Output;
        return (output[^3..], output[..^3]);
    }
}
