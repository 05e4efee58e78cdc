using System.Net.Sockets;

namespace Samples.Tests;

/// <summary>EgressProxy forwards a request as it came, less what is for the proxy alone (RFC 9110, section 7.6).</summary>
public sealed class EgressForwardingTests(EgressLab lab) : IClassFixture<EgressLab>
{
    private static readonly string Target = $"far.example:{EgressLab.RawPort}";

    [Fact]
    public async Task Fields_of_the_connection_and_of_the_proxy_stay_here_and_all_others_go_on()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync(
            $"GET http://{Target}/a%2Fb/../c?d=%e9&%zz HTTP/1.1\r\nHost: {Target}\r\nConnection: X-Mine, X-Other\r\nX-Other: 2\r\nX-Mine: 1\r\n"
            + "Keep-Alive: 5\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic c2VjcmV0\r\nTE: trailers\r\nTrailer: X\r\n"
            + "Cookie: a=b\r\nAuthorization: Bearer t\r\nX-Odd: \xe9\xff\r\nReferer: http://x/\r\nAccept-Encoding: br\r\n"
            + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nVia: 1.0 before\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");
        using Socket server = await listener.AcceptInTimeAsync();
        string head = await server.ReadToAsync("\r\n\r\n");
        Assert.StartsWith($"GET /a%2Fb/../c?d=%e9&%zz HTTP/1.1\r\nHost: {Target}\r\n", head, StringComparison.Ordinal);
        foreach (string field in (string[])["Connection", "X-Mine", "X-Other", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE"])
        {
            Assert.DoesNotContain($"\r\n{field}:", head, StringComparison.OrdinalIgnoreCase);
        }

        foreach (string field in (string[])[
            "Cookie: a=b", "Authorization: Bearer t", "X-Odd: \xe9\xff", "Referer: http://x/", "Accept-Encoding: br", "X-Forwarded-For: 192.0.2.1"])
        {
            Assert.Contains($"\r\n{field}\r\n", head, StringComparison.Ordinal);
        }

        Assert.Contains("\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n", head, StringComparison.Ordinal);
        Assert.Matches("\r\nVia: 1.0 before, 1.1 egress-[0-9a-f]{8}\r\n", head);

        await server.SendAsync(
            "HTTP/1.1 299 Odd\r\nConnection: X-Theirs\r\nX-Theirs: 1\r\nKeep-Alive: 5\r\nProxy-Authenticate: Basic\r\n"
            + "Set-Cookie: a=b\r\nSet-Cookie: c=d\r\nX-Odd: \xe9\xff\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nbody");
        string answer = await client.ReadToAsync("body");
        Assert.StartsWith("HTTP/1.1 299 Odd\r\n", answer, StringComparison.Ordinal);
        foreach (string field in (string[])["X-Theirs", "Keep-Alive", "Proxy-Authenticate"])
        {
            Assert.DoesNotContain($"\r\n{field}:", answer, StringComparison.OrdinalIgnoreCase);
        }

        foreach (string field in (string[])["Set-Cookie: a=b", "Set-Cookie: c=d", "X-Odd: \xe9\xff", "Content-Encoding: gzip", "Content-Length: 4"])
        {
            Assert.Contains($"\r\n{field}\r\n", answer, StringComparison.Ordinal);
        }

        Assert.Matches("\r\nVia: 1.1 egress-[0-9a-f]{8}\r\n", answer);
    }

    [Fact]
    public async Task A_request_that_was_here_before_goes_no_further()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket first = await lab.ConnectAsync();
        await first.SendAsync($"GET http://{Target}/ HTTP/1.1\r\nHost: {Target}\r\n\r\n");
        using Socket server = await listener.AcceptInTimeAsync();
        string head = await server.ReadToAsync("\r\n\r\n");
        string via = head.Split("Via: ")[1].Split("\r\n")[0];
        Assert.StartsWith(
            "HTTP/1.1 508 ",
            await lab.AskAsync($"GET http://{Target}/ HTTP/1.1\r\nHost: {Target}\r\nConnection: close\r\nVia: 1.1 other, {via}\r\n\r\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_proxy_that_a_client_wants_answers_itself()
    {
        lab.Start();
        Assert.StartsWith(
            "HTTP/1.1 204 ",
            await lab.AskAsync($"OPTIONS http://near.example/ HTTP/1.1\r\nHost: near.example\r\nConnection: close\r\nMax-Forwards: 0\r\n\r\n"),
            StringComparison.Ordinal);
        Assert.Contains(
            "Max-Forwards: 4\n",
            await lab.AskAsync("OPTIONS http://far.example/fields HTTP/1.1\r\nHost: far.example\r\nConnection: close\r\nMax-Forwards: 5\r\n\r\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_goes_on_when_the_server_asks_for_it()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync($"PUT http://{Target}/ HTTP/1.1\r\nHost: {Target}\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        using Socket server = await listener.AcceptInTimeAsync();
        Assert.Contains("\r\nExpect: 100-continue\r\n", await server.ReadToAsync("\r\n\r\n"), StringComparison.Ordinal);
        await server.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadToAsync("\r\n\r\n"));
        await client.SendAsync("body");
        Assert.Equal("body", await server.ReadToAsync("body"));
        await server.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 No Content\r\n", await client.ReadToAsync("\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_flow_while_they_are_made()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync($"POST http://{Target}/ HTTP/1.1\r\nHost: {Target}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        using Socket server = await listener.AcceptInTimeAsync();
        await server.ReadToAsync("3\r\none\r\n");
        await client.SendAsync("3\r\ntwo\r\n");
        await server.ReadToAsync("3\r\ntwo\r\n");
        await client.SendAsync("0\r\n\r\n");
        await server.ReadToAsync("0\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        await client.ReadToAsync("5\r\nfirst\r\n");
        await server.SendAsync("6\r\nsecond\r\n");
        await client.ReadToAsync("6\r\nsecond\r\n");
        await server.SendAsync("0\r\n\r\n");
        await client.ReadToAsync("0\r\n\r\n");
    }

    [Fact]
    public async Task A_request_is_sent_once_even_if_the_server_ends_the_connection()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        Task<string> answer = lab.AskAsync($"DELETE http://{Target}/ HTTP/1.1\r\nHost: {Target}\r\nConnection: close\r\n\r\n");
        int heads = 0;
        while (!answer.IsCompleted)
        {
            using CancellationTokenSource stop = new();
            Task<Socket> accepting = listener.AcceptAsync(stop.Token).AsTask();
            if (await Task.WhenAny(accepting, answer) == accepting)
            {
                using Socket server = await accepting;
                heads += (await server.ReceiveAsync(new byte[1000], EgressWire.Limit())) > 0 ? 1 : 0;
            }
            else
            {
                await stop.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
            }
        }

        Assert.StartsWith("HTTP/1.1 403 ", await answer, StringComparison.Ordinal);
        Assert.Equal(1, heads);
    }

    [Fact]
    public async Task A_web_socket_without_TLS_is_a_way_through_for_both_sides()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync(
            $"GET http://{Target}/socket HTTP/1.1\r\nHost: {Target}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        using Socket server = await listener.AcceptInTimeAsync();
        string head = await server.ReadToAsync("\r\n\r\n");
        Assert.Contains("\r\nUpgrade: websocket\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nConnection: Upgrade\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", head, StringComparison.Ordinal);
        await server.SendAsync(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            + "\r\nfrom server");
        Assert.StartsWith("HTTP/1.1 101 Switching Protocols\r\n", await client.ReadToAsync("from server"), StringComparison.Ordinal);
        await client.SendAsync("from client");
        await server.ReadToAsync("from client");
    }

    [Fact]
    public async Task Each_request_has_a_connection_of_its_own()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync($"GET http://{Target}/{i} HTTP/1.1\r\nHost: {Target}\r\n\r\n");
            using Socket server = await listener.AcceptInTimeAsync();
            Assert.StartsWith($"GET /{i} ", await server.ReadToAsync("\r\n\r\n"), StringComparison.Ordinal);
            await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            await client.ReadToAsync("ok");
            Assert.Equal("", await server.ReadToEndAsync());
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: far.example", 400)]
    [InlineData("GET /health HTTP/1.1\r\nHost: 127.0.0.1:3129", 400)]
    [InlineData("GET https://far.example/ HTTP/1.1\r\nHost: far.example", 400)]
    [InlineData("GET http://user:password@far.example/ HTTP/1.1\r\nHost: far.example", 400)]
    [InlineData("GET http://far.example/ HTTP/1.1\r\nHost: near.example", 400)]
    [InlineData("GET http:///secret HTTP/1.1\r\nHost: far.example", 400)]
    [InlineData("GET ftp://far.example/ HTTP/1.1\r\nHost: far.example", 400)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: far.example", 400)]
    [InlineData("TRACE http://far.example/ HTTP/1.1\r\nHost: far.example", 405)]
    [InlineData("GET far.example:443 HTTP/1.1\r\nHost: far.example:443", 405)]
    [InlineData("GET http://[fe80::2%25toserver]/ HTTP/1.1\r\nHost: [fe80::2%25toserver]", 400)]
    public async Task What_is_no_request_to_a_proxy_is_not_understood(string request, int status)
    {
        lab.Start();
        Assert.StartsWith($"HTTP/1.1 {status} ", await lab.AskAsync($"{request}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, lab.ArrivedNear().Bytes);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhello")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")]
    public async Task Whatever_a_server_answers_the_client_gets_an_answer_or_an_end(string answer)
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync($"GET http://{Target}/ HTTP/1.1\r\nHost: {Target}\r\nConnection: close\r\n\r\n");
        using (Socket server = await listener.AcceptInTimeAsync())
        {
            await server.ReadToAsync("\r\n\r\n");
            await server.SendAsync(answer);
        }

        try
        {
            Assert.Matches("^($|HTTP/1.1 (200|403) )", await client.ReadToEndAsync());
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }
}
