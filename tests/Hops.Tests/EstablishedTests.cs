using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

/// <summary>Only an established connection has a reading, and what is established the kernel says, not .NET.</summary>
public sealed class EstablishedTests
{
    private const uint ServerSequence = HandMadeServer.Sequence;

    // Data with the first SYN, also to servers that have given no cookie for it (Documentation/networking/ip-sysctl.rst).
    private const int FastOpenWithoutCookie = 5;

    /// <summary>With a deferred connect .NET calls a socket connected that has sent nothing, so that a forger may be the first to say something.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_socket_that_is_still_connecting_has_no_reading_whatever_was_forged(AddressFamily family)
    {
        Requires.Root();
        using HandMadeServer server = new(family);
        HopMeter meter = HopMeter.Open();
        using Socket client = ConnectLater(meter, server);
        server.Expect(client);
        server.Forge("synack");
        AssertForged(meter, client);
        Assert.Null(meter.Read(client));

        // A forged SYN is accepted without any right number: the other end seems to connect, too. Only its acknowledgement cannot be forged.
        _ = client.SendAsync(new byte[1], TestContext.Current.CancellationToken).AsTask();
        await server.ReceiveSynAsync();
        AssertForged(meter, client);
        server.Send(Segment.Syn, ServerSequence, 0, HandMadeServer.ForgedTtl);
        await server.ReceiveAsync(Segment.Syn | Segment.Ack);
        AssertForged(meter, client);
        Assert.Null(meter.Read(client));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_deferred_connect_is_measured_once_it_has_connected(AddressFamily family)
    {
        Requires.Root();
        using HandMadeServer server = new(family);
        HopMeter meter = HopMeter.Open();
        using Socket client = ConnectLater(meter, server);
        Assert.Null(meter.Read(client));
        Task<int> sending = client.SendAsync(new byte[1], TestContext.Current.CancellationToken).AsTask();
        await server.ReceiveSynAsync();
        Assert.Null(meter.Read(client));
        server.Send(Segment.Syn | Segment.Ack, ServerSequence, server.ClientSequence + 1, HandMadeServer.RealTtl);
        server.Send(Segment.Psh | Segment.Ack, ServerSequence + 1, server.ClientSequence + 1, HandMadeServer.RealTtl, [42]);
        Assert.Equal(1, await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.Equal(1, await sending);
        Assert.Equal(HandMadeServer.RealTtl - server.Lab.Routers, meter.Read(client)?.ReceivedTtl);
    }

    /// <summary>Both ends send a SYN, and each acknowledges the other's (RFC 9293, section 3.5).</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(AddressFamily.InterNetwork, "", true)]
    [InlineData(AddressFamily.InterNetworkV6, "", true)]
    [InlineData(AddressFamily.InterNetwork, "synack", false)]
    [InlineData(AddressFamily.InterNetworkV6, "synack", false)]
    public async Task A_simultaneous_open_is_right_or_unknown(AddressFamily family, string before, bool known)
    {
        Requires.Root();
        using HandMadeServer server = new(family);
        using Socket client = Connecting.NewSocket(server.Lab.Client, family);
        HopMeter meter = HopMeter.Open();
        meter.Arm(client);
        Task connecting = client.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken).AsTask();
        await server.ReceiveSynAsync();
        server.Forge(before);
        server.Send(Segment.Syn, ServerSequence, 0, HandMadeServer.RealTtl);
        await server.ReceiveAsync(Segment.Syn | Segment.Ack);
        server.Send(Segment.Ack, ServerSequence + 1, server.ClientSequence + 1, HandMadeServer.RealTtl);
        await connecting;
        Assert.Equal(known ? HandMadeServer.RealTtl - server.Lab.Routers : null, meter.Read(client)?.ReceivedTtl);
    }

    [Fact]
    public void A_connection_to_itself_is_at_no_distance()
    {
        Requires.Root();
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Equal(0, Connecting.Measure(HopMeter.Open(), socket, IPAddress.Loopback, ((IPEndPoint)socket.LocalEndPoint!).Port)?.Hops);
    }

    [Theory]
    [InlineData(HopMeterSource.SocketFilter)]
    [InlineData(HopMeterSource.SocketOption)]
    public void The_kernel_decides_also_where_dotnet_knows_of_no_connection(HopMeterSource source)
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open(source);
        using LabServer server = LabServer.Start();
        using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        meter.Arm(socket);
        RawCalls.Connect(socket, new IPEndPoint(IPAddress.IPv6Loopback, server.Port));
        Assert.False(socket.Connected);
        Assert.Equal(0, meter.Read(socket)?.Hops);
    }

    [Fact]
    public void A_server_that_has_closed_was_there()
    {
        Requires.Root();
        (HopMeter meter, Socket client, Socket accepted) = ConnectToSelf();
        using (client)
        {
            accepted.Dispose();
            Assert.Equal(0, client.Receive(new byte[1]));
            Assert.Equal(0, meter.Read(client)?.Hops);
        }
    }

    [Fact]
    public void A_connection_that_was_reset_or_half_closed_by_this_end_is_unknown()
    {
        Requires.Root();
        (HopMeter meter, Socket client, Socket accepted) = ConnectToSelf();
        using (client)
        {
            accepted.LingerState = new LingerOption(true, 0);
            accepted.Dispose();
            Assert.Equal(SocketError.ConnectionReset, Assert.Throws<SocketException>(() => client.Receive(new byte[1])).SocketErrorCode);
            Assert.Null(meter.Read(client));
        }

        (meter, client, accepted) = ConnectToSelf();
        using (client)
        using (accepted)
        {
            client.Shutdown(SocketShutdown.Send);
            Assert.Null(meter.Read(client));
        }
    }

    /// <summary>An accepted socket inherits what its listener was armed with, and has got a SYN, not a SYN+ACK.</summary>
    [Theory]
    [InlineData(HopMeterSource.SocketFilter)]
    [InlineData(HopMeterSource.SocketOption)]
    public void An_accepted_socket_is_unknown(HopMeterSource source)
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open(source);
        using Socket listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        meter.Arm(listener);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        using Socket client = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(0, Connecting.Measure(meter, client, IPAddress.IPv6Loopback, ((IPEndPoint)listener.LocalEndPoint!).Port)?.Hops);
        using Socket accepted = listener.Accept();
        Assert.Null(meter.Read(accepted));
    }

    [Fact]
    public void What_is_not_TCP_is_unknown()
    {
        Requires.Root();
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Connect(IPAddress.Loopback, 9);
        Assert.Null(HopMeter.Open().Read(udp));
    }

    private static Socket ConnectLater(HopMeter meter, HandMadeServer server)
    {
        server.Lab.Client.SetSysctl("net/ipv4/tcp_fastopen", FastOpenWithoutCookie);
        Socket client = Connecting.NewSocket(server.Lab.Client, server.EndPoint.AddressFamily);
        RawCalls.DeferConnect(client);
        meter.Arm(client);
        client.Connect(server.EndPoint);
        Assert.True(client.Connected);
        return client;
    }

    /// <summary>The control: without asking the kernel there would be a reading, and a wrong one.</summary>
    private static void AssertForged(HopMeter meter, Socket client)
    {
        SpinWait.SpinUntil(() => meter.TtlSource.Read(client) != 0, TimeSpan.FromSeconds(10));
        Assert.Equal(HandMadeServer.ForgedTtl - 1, meter.TtlSource.Read(client));
    }

    private static (HopMeter Meter, Socket Client, Socket Accepted) ConnectToSelf()
    {
        HopMeter meter = HopMeter.Open();
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        meter.Arm(client);
        client.Connect(listener.LocalEndPoint!);
        return (meter, client, listener.Accept());
    }
}
