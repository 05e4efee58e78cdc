using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Samples.Tests;

/// <summary>A tunnel of EgressProxy carries what both sides send, to the end of each way, and nothing before it is open.</summary>
public sealed class EgressTunnelTests(EgressLab lab) : IClassFixture<EgressLab>
{
    private const int Idle = 2;

    private static readonly string Target = $"far.example:{EgressLab.RawPort}";

    [Fact]
    public async Task Bytes_right_behind_the_request_reach_the_server_behind_the_answer_and_in_order()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync($"CONNECT {Target} HTTP/1.1\r\nHost: {Target}\r\n\r\nfirst ");
        using Socket server = await listener.AcceptInTimeAsync();
        await client.SendAsync("second ");
        Assert.Equal("first second ", await server.ReadToAsync("second "));
        // The client reads the proxy's answer first, although the server sends data before that.
        await server.SendAsync("third");
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\nthird", await client.ReadToAsync("third"));
    }

    [Theory]
    [InlineData("HTTP/1.1\r\nHost: far.example\r\nProxy-Connection: keep-alive\r\n\r\n")]
    [InlineData("HTTP/1.1\r\n\r\n")]
    [InlineData("HTTP/1.1\r\nHost: near.example\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.0\r\n\r\n")]
    [InlineData("HTTP/1.1\nHost: far.example\n\n")]
    public async Task A_tunnel_leads_to_its_target_whatever_else_the_request_says(string rest)
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync($"CONNECT {Target} {rest}question");
        using Socket server = await listener.AcceptInTimeAsync();
        await server.ReadToAsync("question");
        await client.ReadToAsync("HTTP/1.1 200 Connection established\r\n\r\n");
    }

    [Fact]
    public async Task A_tunnel_behind_another_request_is_not_opened()
    {
        lab.Start();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync("GET http://far.example/ HTTP/1.1\r\nHost: far.example\r\n\r\n");
        await client.ReadToAsync("far GET /");
        await client.SendAsync("CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\nConnection: close\r\n\r\n");
        Assert.Contains("HTTP/1.1 400 Bad Request\r\n", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_behind_a_request_that_is_refused_reach_nobody()
    {
        lab.Start();
        string answer = await lab.AskAsync(
            "CONNECT near.example:80 HTTP/1.1\r\nHost: near.example:80\r\n\r\nGET /secret HTTP/1.1\r\nHost: near.example\r\n\r\n"
            + "GET http://near.example/secret HTTP/1.1\r\nHost: near.example\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1", answer[8..], StringComparison.Ordinal);
        Assert.Equal(0, lab.ArrivedNear().Bytes);
    }

    [Fact]
    public async Task A_client_that_ends_its_way_still_reads_the_answer()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.TunnelAsync(Target);
        using Socket server = await listener.AcceptInTimeAsync();
        await client.SendAsync("question");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await server.ReadToEndAsync());
        await server.SendAsync("answer");
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_client_that_ends_its_way_right_behind_the_request_still_reads_the_answer()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.ConnectAsync();
        await client.SendAsync($"CONNECT {Target} HTTP/1.1\r\nHost: {Target}\r\n\r\nquestion");
        client.Shutdown(SocketShutdown.Send);
        using Socket server = await listener.AcceptInTimeAsync();
        Assert.Equal("question", await server.ReadToEndAsync());
        await server.SendAsync("answer");
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\nanswer", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_server_that_ends_its_way_still_reads_what_the_client_sends()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.TunnelAsync(Target);
        using Socket server = await listener.AcceptInTimeAsync();
        await server.SendAsync("all of it");
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("all of it", await client.ReadToEndAsync());
        await client.SendAsync("thanks");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("thanks", await server.ReadToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_is_passed_on_as_a_reset(bool fromClient)
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.TunnelAsync(Target);
        using Socket server = await listener.AcceptInTimeAsync();
        await client.SendAsync("x");
        await server.ReadToAsync("x");
        (Socket resets, Socket other) = fromClient ? (client, server) : (server, client);
        resets.LingerState = new LingerOption(enable: true, seconds: 0);
        resets.Dispose();
        SocketException e = await Assert.ThrowsAsync<SocketException>(() => other.ReadToEndAsync());
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    [Fact]
    public async Task Megabytes_both_ways_at_once_arrive_as_they_were_sent()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.TunnelAsync(Target);
        using Socket server = await listener.AcceptInTimeAsync();
        byte[] up = new byte[32 * 1024 * 1024];
        byte[] down = new byte[up.Length + 12345];
        Random random = new(1);
        random.NextBytes(up);
        random.NextBytes(down);
        byte[][] read = await Task.WhenAll(SendAndEndAsync(client, up), ReadAsync(server), SendAndEndAsync(server, down), ReadAsync(client));
        Assert.True(up.AsSpan().SequenceEqual(read[1]));
        Assert.True(down.AsSpan().SequenceEqual(read[3]));
    }

    [Fact]
    public async Task A_tunnel_without_a_byte_is_ended_and_one_with_bytes_is_not()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy([.. EgressLab.On(4200), $"--EgressProxy:IdleTimeout=00:00:0{Idle}"]);
        using Socket listener = lab.ListenFar();
        using Socket silent = await lab.TunnelAsync(Target, 4200);
        using Socket silentServer = await listener.AcceptInTimeAsync();
        using Socket busy = await lab.TunnelAsync(Target, 4200);
        using Socket busyServer = await listener.AcceptInTimeAsync();
        Task<SocketException> ended = Assert.ThrowsAsync<SocketException>(() => silent.ReadToEndAsync());
        // From one side only, which is enough.
        while (!ended.IsCompleted)
        {
            await busy.SendAsync("x");
            await busyServer.ReadToAsync("x");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(SocketError.ConnectionReset, (await ended).SocketErrorCode);
        await Assert.ThrowsAsync<SocketException>(() => silentServer.ReadToEndAsync());
        await busyServer.SendAsync("still here");
        Assert.Equal("still here", await busy.ReadToAsync("still here"));
    }

    [Fact]
    public async Task A_client_that_never_reads_stops_the_server_and_is_ended()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy([.. EgressLab.On(4210), $"--EgressProxy:IdleTimeout=00:00:0{Idle}"]);
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.TunnelAsync(Target, 4210);
        using Socket server = await listener.AcceptInTimeAsync();
        long before = MemoryOf(proxy);
        long sent = 0;
        byte[] part = new byte[1024 * 1024];
        SocketException e = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            for (; ; )
            {
                sent += await server.SendAsync(part, EgressWire.Limit());
            }
        });
        Assert.Contains(e.SocketErrorCode, (SocketError[])[SocketError.ConnectionReset, SocketError.Shutdown]);
        // The amount that fits into the kernel's buffers on the way.
        Assert.InRange(sent, 1, 64 * 1024 * 1024);
        Assert.InRange(MemoryOf(proxy) - before, long.MinValue, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task Thousands_of_tunnels_leave_no_descriptor()
    {
        lab.Start();
        using Socket listener = lab.ListenFar();
        await TunnelsAsync(listener, 100);
        int before = SocketsOf(lab.Proxy);
        await TunnelsAsync(listener, 3000);
        // Sockets that other threads close may take a moment.
        for (int attempt = 0; SocketsOf(lab.Proxy) > before && attempt < 300; attempt++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.InRange(SocketsOf(lab.Proxy), 0, before);
        Assert.Contains("egress_tunnels 0\n", lab.OperatorPage("/metrics"), StringComparison.Ordinal);
        Assert.Contains("egress_connections 0\n", lab.OperatorPage("/metrics"), StringComparison.Ordinal);
    }

    /// <summary>Tunnels that end in every way, and requests that are refused.</summary>
    private async Task TunnelsAsync(Socket listener, int count)
    {
        using CancellationTokenSource done = new();
        Task serving = ServeAsync(listener, done.Token);
        ParallelOptions options = new() { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForAsync(0, count, options, async (i, _) =>
        {
            if (i % 5 == 4)
            {
                await lab.AskAsync("CONNECT near.example:443 HTTP/1.1\r\nHost: near.example:443\r\n\r\n");
                return;
            }

            using Socket client = await lab.TunnelAsync(Target);
            await client.SendAsync($"{i % 5}");
            switch (i % 5)
            {
                case 0:
                    client.Shutdown(SocketShutdown.Send);
                    await client.ReadToEndAsync();
                    break;
                case 1:
                    client.LingerState = new LingerOption(enable: true, seconds: 0);
                    break;
                case 2:
                    await Assert.ThrowsAsync<SocketException>(() => client.ReadToEndAsync());
                    break;
            }
        });
        await done.CancelAsync();
        await serving;
    }

    private static async Task ServeAsync(Socket listener, CancellationToken stop)
    {
        try
        {
            for (; ; )
            {
                _ = ServeOneAsync(await listener.AcceptAsync(stop));
            }
        }
        catch (OperationCanceledException)
        {
            // All clients are done.
        }
    }

    private static async Task ServeOneAsync(Socket server)
    {
        using (server)
        {
            try
            {
                byte[] first = new byte[1];
                await server.ReceiveAsync(first, EgressWire.Limit());
                if (first[0] == '2')
                {
                    server.LingerState = new LingerOption(enable: true, seconds: 0);
                    return;
                }

                await server.ReadToEndAsync();
            }
            catch (SocketException)
            {
                // A client that resets.
            }
        }
    }

    private static async Task<byte[]> SendAndEndAsync(Socket socket, byte[] data)
    {
        for (int sent = 0; sent < data.Length;)
        {
            sent += await socket.SendAsync(data.AsMemory(sent), EgressWire.Limit());
        }

        socket.Shutdown(SocketShutdown.Send);
        return [];
    }

    private static async Task<byte[]> ReadAsync(Socket socket) => Encoding.Latin1.GetBytes(await socket.ReadToEndAsync());

    /// <summary>Sockets: what else is open is the runtime's.</summary>
    private static int SocketsOf(Sample proxy) => Directory.GetFileSystemEntries($"/proc/{proxy.Id}/fd")
        .Count(static link => new FileInfo(link).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static long MemoryOf(Sample proxy)
    {
        string line = File.ReadLines($"/proc/{proxy.Id}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
