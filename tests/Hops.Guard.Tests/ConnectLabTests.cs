using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Guard.Tests;

/// <summary>Real servers that speak first, as those of mail do, at real distances.</summary>
public sealed class ConnectLabTests
{
    private const int Port = 25;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task The_far_server_is_read_and_the_near_one_refused(AddressFamily family)
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(4);
        using Socket near = Greet(lab.HostAt(1));
        using Socket far = Greet(lab.HostAt(4));
        HopGuardOptions options = new() { MinimumHops = 4, AllowedSpecialPurposeNetworks = { "198.18.0.0/15", "2001:db8::/32" } };
        HopGuard guard = new(options, new NetworkOfNamespace(lab.Client));

        await using Stream stream = await guard.ConnectAsync($"{lab.AddressAt(4, family)}", Port, Stop);
        using StreamReader reader = new(stream);
        Assert.Equal("220 ready", await reader.ReadLineAsync(Stop));

        HopGuardException e = await Assert.ThrowsAsync<HopGuardException>(() => guard.ConnectAsync($"{lab.AddressAt(1, family)}", Port, Stop).AsTask());
        Assert.Equal((HopGuardReason.Near, 1), (e.Reason, e.Distance?.Hops));
    }

    [Fact]
    public async Task The_real_network_measures_this_host_at_0_and_connects_where_near_is_allowed()
    {
        Requires.Root();
        using LabServer server = LabServer.Start();
        HopGuardOptions options = new() { MinimumHops = 1, AllowedSpecialPurposeNetworks = { "127.0.0.0/8" } };
        HopGuardException e = await Assert.ThrowsAsync<HopGuardException>(() => new HopGuard(options).ConnectAsync("127.0.0.1", server.Port, Stop).AsTask());
        Assert.Equal((HopGuardReason.Near, 0), (e.Reason, e.Distance?.Hops));

        options.AllowedNearHosts.Add("127.0.0.1");
        await using Stream stream = await new HopGuard(options).ConnectAsync("127.0.0.1", server.Port, Stop);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, server.Port), Assert.IsType<NetworkStream>(stream).Socket.RemoteEndPoint);
    }

    private static Socket Greet(NetworkNamespace at)
    {
        Socket listener = at.Run(static () =>
        {
            Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, Port));
            socket.Listen();
            return socket;
        });
        _ = AcceptAsync(listener);
        return listener;
    }

    private static async Task AcceptAsync(Socket listener)
    {
        using Socket accepted = await listener.AcceptAsync(Stop);
        await accepted.SendAsync("220 ready\r\n"u8.ToArray(), Stop);
    }
}
