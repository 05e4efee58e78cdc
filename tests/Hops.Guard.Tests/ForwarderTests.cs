using System.Net;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Hops.Guard.Tests;

/// <summary>Real connections over loopback, which is 0 hops away: with a minimum of 0 for it, or refused.</summary>
public sealed class ForwarderTests : IAsyncDisposable
{
    private readonly Socket _server = Listen();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_server.LocalEndPoint!).Port;

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_sent_arrives_both_ways_and_the_end_of_one_way_leaves_the_other()
    {
        Requires.Root();
        await using HopGuardForwarder forwarder = Guard(allowsNear: true).Forward("127.0.0.1", Port);
        using Socket client = await ConnectAsync(forwarder);
        using Socket served = await _server.AcceptAsync(Stop);

        using StreamReader reader = new(new NetworkStream(client));
        byte[] sent = new byte[1_000_000];
        Random.Shared.NextBytes(sent);
        Task sending = Task.Run(async () =>
        {
            await new NetworkStream(client).WriteAsync(sent, Stop);
            client.Shutdown(SocketShutdown.Send);
        }, Stop);
        using MemoryStream arrived = new();
        await new NetworkStream(served).CopyToAsync(arrived, Stop);
        await sending;
        Assert.Equal(sent, arrived.ToArray());

        // The client has closed its direction, and still receives the answer.
        await served.SendAsync("late answer"u8.ToArray(), Stop);
        served.Shutdown(SocketShutdown.Send);
        Assert.Equal("late answer", await reader.ReadToEndAsync(Stop));
        Assert.Null(forwarder.LastFailure);
    }

    [Fact]
    public async Task A_near_server_gets_nothing_and_the_client_a_reset()
    {
        Requires.Root();
        await using HopGuardForwarder forwarder = Guard(allowsNear: false).Forward("127.0.0.1", Port);
        SocketException reset = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            // The reset may come at any of these.
            using Socket client = await ConnectAsync(forwarder);
            await client.SendAsync("secret"u8.ToArray(), Stop);
            await client.ReceiveAsync(new byte[1], Stop);
        });
        Assert.True(reset.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown, $"{reset.SocketErrorCode}");
        Assert.Equal(HopGuardReason.Near, Assert.IsType<HopGuardException>(forwarder.LastFailure).Reason);

        // It was connected to, to measure it, and reset before a byte.
        using Socket served = await _server.AcceptAsync(Stop);
        SocketException e = await Assert.ThrowsAsync<SocketException>(async () => await served.ReceiveAsync(new byte[1], Stop));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    [Fact]
    public async Task A_reset_of_the_server_reaches_the_client()
    {
        Requires.Root();
        await using HopGuardForwarder forwarder = Guard(allowsNear: true).Forward("127.0.0.1", Port);
        using Socket client = await ConnectAsync(forwarder);
        using (Socket served = await _server.AcceptAsync(Stop))
        {
            served.LingerState = new LingerOption(true, 0);
        }

        SocketException reset = await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(new byte[1], Stop));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Fact]
    public async Task Its_end_ends_all_connections()
    {
        Requires.Root();
        HopGuardForwarder forwarder = Guard(allowsNear: true).Forward("127.0.0.1", Port);
        Socket[] clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAsync(forwarder)));
        List<Socket> served = [];
        foreach (Socket _ in clients)
        {
            served.Add(await _server.AcceptAsync(Stop));
        }

        await forwarder.DisposeAsync();
        foreach (Socket socket in clients.Concat(served))
        {
            try
            {
                Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Stop));
            }
            catch (SocketException e)
            {
                Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
            }

            socket.Dispose();
        }

        await Assert.ThrowsAsync<SocketException>(async () => (await ConnectAsync(forwarder)).Dispose());
    }

    [Theory]
    [InlineData("a b", 25)]
    [InlineData("host:25", 25)]
    public void What_is_no_host_is_said_at_once(string host, int port) => Assert.Throws<ArgumentException>(() => Guard(allowsNear: true).Forward(host, port));

    private static HopGuard Guard(bool allowsNear)
    {
        HopGuardOptions options = new() { MinimumHops = 1, AllowedSpecialPurposeNetworks = { "127.0.0.0/8" } };
        if (allowsNear)
        {
            options.AllowedNearNetworks.Add("127.0.0.0/8");
        }

        return new HopGuard(options);
    }

    private static Socket Listen()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }

    private static async Task<Socket> ConnectAsync(HopGuardForwarder forwarder)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(forwarder.EndPoint, Stop);
        return socket;
    }
}
