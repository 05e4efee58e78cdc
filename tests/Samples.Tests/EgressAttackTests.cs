using System.Globalization;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>Hostile clients of EgressProxy: they reach nothing near, hide no request in another, and end nothing.</summary>
public sealed class EgressAttackTests(EgressLab lab) : IClassFixture<EgressLab>
{
    private static readonly string Target = $"far.example:{EgressLab.RawPort}";

    [Theory]
    [InlineData("far.example")]
    [InlineData("far.example:")]
    [InlineData(":443")]
    [InlineData("far.example:0")]
    [InlineData("far.example:65536")]
    [InlineData("far.example:99999999999")]
    [InlineData("far.example:+443")]
    [InlineData("far.example:-1")]
    [InlineData("far.example:443/")]
    [InlineData("far.example:443?x")]
    [InlineData("far.example:443#x")]
    [InlineData("user:password@far.example:443")]
    [InlineData("far.example:443@near.example:443")]
    [InlineData("near.example:443@far.example:443")]
    [InlineData("http://far.example:443/")]
    [InlineData("/far.example:443")]
    [InlineData("*")]
    [InlineData("::1:443")]
    [InlineData("[::1]")]
    [InlineData("[fe80::2%toserver]:443")]
    [InlineData("[fe80::2%25toserver]:443")]
    [InlineData("[far.example]:443")]
    [InlineData("[198.18.3.2]:443")]
    [InlineData("far.example%00.near.example:443")]
    [InlineData("f\u00e4r.example:443")]
    [InlineData("far.example\t:443")]
    [InlineData("far.example\0:443")]
    [InlineData("far\\example:443")]
    public async Task A_target_that_is_no_host_and_port_is_not_understood(string target)
    {
        lab.Start();
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", await lab.AskAsync($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, lab.ArrivedNear().Bytes);
    }

    [Theory]
    [InlineData("CONNECT \r\n\r\n")]
    [InlineData("CONNECT far.example:443\r\n\r\n")]
    [InlineData("CONNECT  far.example:443 HTTP/1.1\r\n\r\n")]
    [InlineData("CONNECT far.example:443 HTTP/2.0\r\n\r\n")]
    [InlineData("CONNECT far.example:443 HTTP/1.1\r\nA : b\r\n\r\n")]
    [InlineData("CONNECT far.example:443 HTTP/1.1\r\nA: b\r\n c\r\n\r\n")]
    [InlineData("CONNECT far.example:443 HTTP/1.1\r\nA\r\n\r\n")]
    [InlineData("CONNECT far.example:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("CONNECT far.example:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("CONNECT far.example:443 HTTP/1.1\r\nProxy-Authorization: Basic YTpi\r\nProxy-Authorization: Basic YTpi\r\n\r\n")]
    public async Task A_request_for_a_tunnel_that_is_no_HTTP_is_not_understood(string request)
    {
        lab.Start();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync(request);
        client.Shutdown(SocketShutdown.Send);
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("GET")]
    public async Task A_head_without_end_is_ended(string method)
    {
        lab.Start();
        using Socket client = await lab.ConnectAsync();
        string target = method == "GET" ? "http://far.example/" : "far.example:443";
        await client.SendAsync($"{method} {target} HTTP/1.1\r\nHost: {(method == "GET" ? "far.example" : target)}\r\n");
        // The answer comes while the client still sends; after that the proxy does not read its data.
        Task<string> answer = client.ReadToEndAsync();
        try
        {
            for (int i = 0; i < 1000 && !answer.IsCompleted; i++)
            {
                await client.SendAsync($"X-{i}: {new string('x', 1000)}\r\n");
            }
        }
        catch (SocketException)
        {
            // Reset.
        }

        try
        {
            Assert.Matches("^HTTP/1.1 4(00|31) ", await answer);
        }
        catch (SocketException e)
        {
            // A client that goes on sending may lose the answer.
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    [Theory]
    [InlineData("C")]
    [InlineData("CONNECT far.example:443 HTTP/1.1\r\n")]
    [InlineData("GET http://far.example/ HTTP/1.1\r\n")]
    public async Task A_slow_client_is_ended(string start)
    {
        lab.Start();
        using Sample proxy = lab.StartProxy([.. EgressLab.On(4300), "--EgressProxy:HeaderTimeout=00:00:01"]);
        using Socket client = await lab.ConnectAsync(4300);
        await client.SendAsync(start);
        Task<string> answer = client.ReadToEndAsync();
        // A byte now and then does not help.
        for (int i = 0; !answer.IsCompleted; i++)
        {
            Assert.InRange(i, 0, 600);
            await Task.Delay(100, TestContext.Current.CancellationToken);
            try
            {
                await client.SendAsync(start.Length == 1 ? "" : "x");
            }
            catch (SocketException)
            {
                break;
            }
        }

        try
        {
            Assert.Matches("^($|HTTP/1.1 4)", await answer);
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_reset_and_those_that_are_open_go_on()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy([.. EgressLab.On(4310), "--EgressProxy:MaximumConnectionsPerClient=5"]);
        using Socket listener = lab.ListenFar();
        List<Socket> open = [];
        for (int i = 0; i < 5; i++)
        {
            open.Add(await lab.TunnelAsync(Target, 4310));
        }

        for (int i = 0; i < 50; i++)
        {
            // The reset may come before the client has sent all.
            await Assert.ThrowsAsync<SocketException>(() => lab.AskAsync("GET http://far.example/ HTTP/1.1\r\nHost: far.example\r\n\r\n", 4310));
        }

        using (Socket server = await listener.AcceptInTimeAsync())
        {
            await server.SendAsync("still here");
            Assert.Equal("still here", await open[0].ReadToAsync("still here"));
        }

        open.ForEach(static socket => socket.Dispose());
        // There is room again, once the proxy has noticed.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Assert.StartsWith("HTTP/1.1 200 OK", await lab.AskAsync("GET http://far.example/ HTTP/1.0\r\n\r\n", 4310), StringComparison.Ordinal);
                break;
            }
            catch (SocketException) when (attempt < 500)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }

        Assert.Contains("egress_connections_rejected_total{why=\"limit\"} ", lab.OperatorPage("/metrics", 4311), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_are_reset_unread()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy([.. EgressLab.On(4320), "--EgressProxy:AllowedClients:0=10.0.0.0/8"]);
        await Assert.ThrowsAsync<SocketException>(() => lab.AskAsync("GET http://far.example/ HTTP/1.1\r\nHost: far.example\r\n\r\n", 4320));
    }

    /// <summary>Each is one request at most for a server that takes what it gets literally.</summary>
    [Theory]
    [InlineData("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nX")]
    [InlineData("Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello")]
    [InlineData("Content-Length: 5, 50\r\n\r\nhello")]
    [InlineData("Content-Length: +5\r\n\r\nhello")]
    [InlineData("Content-Length: -5\r\n\r\nhello")]
    [InlineData("Content-Length: 0x5\r\n\r\nhello")]
    [InlineData("Content-Length : 5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5;ext=\"\r\n\r\nGET /hidden HTTP/1.1\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5;a\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhelloGET /hidden HTTP/1.1\r\n\r\n0\r\n\r\n")]
    [InlineData("X: a\rGET /hidden HTTP/1.1\r\n\r\n")]
    [InlineData("X: a\r\n GET /hidden HTTP/1.1\r\n\r\n")]
    [InlineData("X: a\0b\r\n\r\n")]
    [InlineData("Connection: Content-Length\r\nContent-Length: 26\r\n\r\nGET /hidden HTTP/1.1\r\n\r\nxx")]
    [InlineData("Connection: Transfer-Encoding, Host\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\nGET /hidden HTTP/1.1\r\n\r\nxx\r\n0\r\n\r\n")]
    [InlineData("Expect: 100-continue\r\nContent-Length: 26\r\n\r\nGET /hidden HTTP/1.1\r\n\r\nxx")]
    public async Task No_request_is_hidden_in_another(string rest)
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync(
            $"POST http://{Target}/shown HTTP/1.1\r\nHost: {Target}\r\n{rest}"
            + $"GET http://{Target}/second HTTP/1.1\r\nHost: {Target}\r\nConnection: close\r\n\r\n");
        Task answered = AnswerOfAsync(client);
        int requests = 0;
        // One request each connection: framed by its length or in chunks, with all that looks like another one inside.
        while (await AcceptUnlessAsync(listener, answered) is { } accepted)
        {
            using Socket server = accepted;
            if (await HeadOfAsync(server) is not { } head)
            {
                continue;
            }

            requests++;
            Assert.Matches("^(POST /shown|GET /second) HTTP/1.1\r\n", head);
            Assert.DoesNotContain("hidden", head, StringComparison.Ordinal);
            bool isChunked = head.Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.OrdinalIgnoreCase);
            bool hasLength = head.Contains("\r\nContent-Length: ", StringComparison.OrdinalIgnoreCase);
            Assert.False(isChunked && hasLength, head);
            await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            string body;
            try
            {
                body = await server.ReadToEndAsync();
            }
            catch (SocketException)
            {
                continue;
            }

            if (!isChunked)
            {
                int length = hasLength
                    ? int.Parse(head.Split("ontent-Length: ")[1].Split("\r\n")[0], CultureInfo.InvariantCulture)
                    : 0;
                Assert.InRange(body.Length, 0, length);
            }
        }

        Assert.InRange(requests, 0, 2);
        // Whatever it was, the proxy is there.
        Assert.Equal("far GET /", lab.Run(EgressLab.ProxyPort, Requires.Program("curl", "curl"), "-sS", "http://far.example/").Output);
    }

    [Fact]
    public async Task Ten_thousand_random_requests_do_not_end_the_proxy()
    {
        lab.Start();
        string[] parts =
        [
            "CONNECT ", "GET ", "far.example:443", "http://far.example/", " HTTP/1.1\r\n", "\r\n", "Host: far.example\r\n", "Transfer-Encoding: chunked\r\n",
            "Content-Length: 3\r\n", "\0", "\xff", "\r", "\n", " ", ":", "[", "]", "near.example:80", "http://near.example/", "Connection: Host\r\n",
            "Upgrade: websocket\r\n", "Expect: 100-continue\r\n", "5\r\n", "%",
        ];
        ParallelOptions options = new() { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForAsync(0, 10_000, options, async (i, _) =>
        {
            Random random = new(i);
            string request = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
            using Socket client = await lab.ConnectAsync();
            try
            {
                await client.SendAsync(request);
                client.Shutdown(SocketShutdown.Send);
                await client.ReadToEndAsync();
            }
            catch (SocketException e)
            {
                Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
            }
        });
        Assert.Equal(0, lab.ArrivedNear().Bytes);
        Assert.Equal("far GET /", lab.Run(EgressLab.ProxyPort, Requires.Program("curl", "curl"), "-sS", "http://far.example/").Output);
    }

    /// <summary>Reads all that the proxy answers. If it waits for more, the client ends.</summary>
    private static async Task AnswerOfAsync(Socket client)
    {
        Task<string> answer = client.ReadToEndAsync();
        if (await Task.WhenAny(answer, Task.Delay(3000, TestContext.Current.CancellationToken)) != answer)
        {
            client.Shutdown(SocketShutdown.Send);
        }

        try
        {
            await answer;
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    /// <returns>Null where a connection ends without one.</returns>
    private static async Task<string?> HeadOfAsync(Socket server)
    {
        try
        {
            byte[] first = new byte[1];
            return await server.ReceiveAsync(first, EgressWire.Limit()) == 0 ? null : (char)first[0] + await server.ReadToAsync("\r\n\r\n");
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <returns>Null if the client has its answer and no connection is made.</returns>
    private static async Task<Socket?> AcceptUnlessAsync(Socket listener, Task answered)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(EgressWire.Limit());
        Task<Socket> accepting = listener.AcceptAsync(stop.Token).AsTask();
        if (await Task.WhenAny(accepting, answered) == accepting)
        {
            return await accepting;
        }

        await stop.CancelAsync();
        try
        {
            return await accepting;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
