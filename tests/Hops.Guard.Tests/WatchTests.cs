using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Hops.Guard.Tests;

/// <summary>Tests the watch of connections that a process makes without a guard, beside those of its guards.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly Socket _server = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
    private readonly ConcurrentQueue<UnguardedConnection> _seen = new();

    public WatchTests()
    {
        _server.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        _server.Listen();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_server.LocalEndPoint!).Port;

    /// <summary>Those to this test's server: other tests run beside.</summary>
    private UnguardedConnection[] Seen => [.. _seen.Where(connection => connection.RemoteEndPoint.Port == Port)];

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task What_no_guard_makes_is_reported_and_what_one_makes_is_not()
    {
        Requires.Root();
        HopGuard guard = new(new HopGuardOptions
        {
            MinimumHops = 1,
            AllowedSpecialPurposeNetworks = { "127.0.0.0/8", "::1/128" },
            AllowedNearNetworks = { "127.0.0.0/8" },
        });
        using (HopGuard.Watch(_seen.Enqueue))
        {
            await (await guard.ConnectAsync("127.0.0.1", Port, Stop)).DisposeAsync();
            await Assert.ThrowsAsync<HopGuardException>(() => guard.ConnectAsync("::1", Port, Stop).AsTask());
            await guard.Network.VerifyAsync(Stop);
            Assert.Empty(Seen);

            using Socket asynchronous = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await asynchronous.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), Stop);
            UnguardedConnection one = Assert.Single(Seen);
            Assert.Equal((new IPEndPoint(IPAddress.Loopback, Port), "Hops.Guard.Tests"), (one.RemoteEndPoint, one.Assembly));

            using Socket blocking = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            blocking.Connect(new IPEndPoint(IPAddress.IPv6Loopback, Port));
            Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, Port), Seen[1].RemoteEndPoint);
        }

        using Socket after = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await after.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), Stop);
        Assert.Equal(2, Seen.Length);
    }

    [Fact]
    public async Task A_client_of_http_is_reported_as_such()
    {
        using IDisposable watch = HopGuard.Watch(_seen.Enqueue);
        using HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
        Task<HttpResponseMessage> answer = client.GetAsync(new Uri($"http://127.0.0.1:{Port}/"), Stop);
        using (Socket served = await _server.AcceptAsync(Stop))
        {
            await served.SendAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), Stop);
            (await answer).Dispose();
        }

        Assert.Equal("System.Net.Http", Assert.Single(Seen).Assembly);
    }

    [Fact]
    public async Task What_a_report_throws_is_lost_and_unix_sockets_are_not_reported()
    {
        int told = 0;
        using IDisposable watch = HopGuard.Watch(connection =>
        {
            if (connection.RemoteEndPoint.Port == Port)
            {
                told++;
                throw new InvalidOperationException("of the report");
            }
        });
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), Stop);
        Assert.True(socket.Connected);
        Assert.Equal(1, told);

        using IDisposable second = HopGuard.Watch(_seen.Enqueue);
        using Socket unix = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await Assert.ThrowsAsync<SocketException>(async () => await unix.ConnectAsync(new UnixDomainSocketEndPoint("/nowhere/at/all"), Stop));
        Assert.Empty(Seen);
    }
}
