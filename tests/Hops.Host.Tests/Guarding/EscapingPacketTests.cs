using System.Net;
using System.Net.Sockets;
using Hops.Guard;

namespace Hops.Host.Tests.Guarding;

/// <summary>Packets that would get round a guard which trusts what it is shown: each is tried with a control without the guard.</summary>
[Collection(nameof(Watching.HostWatchTests))]
public sealed class EscapingPacketTests
{
    private const int Routers = 3;

    private const int Ipv4Level = 0;
    private const int Ipv4Options = 4;
    private const int Ipv6Level = 41;
    private const int RoutingHeader = 57;
    private const int DestinationOptions = 59;

    // RFC 791: record route, with room for nine addresses.
    private static readonly byte[] RecordRoute = [7, 39, 4, .. new byte[37]];

    // RFC 8754: one segment, 2001:db8::9, and none left. RFC 8200: four bytes of padding.
    private static readonly byte[] SegmentRouting = [0, 2, 4, 0, 0, 0, 0, 0, .. IPAddress.Parse("2001:db8::9").GetAddressBytes()];
    private static readonly byte[] Padding = [0, 0, 1, 4, 0, 0, 0, 0];

    public static TheoryData<AddressFamily, int, int, byte[]> Headers { get; } = new()
    {
        { AddressFamily.InterNetwork, Ipv4Level, Ipv4Options, RecordRoute },
        { AddressFamily.InterNetworkV6, Ipv6Level, RoutingHeader, SegmentRouting },
        { AddressFamily.InterNetworkV6, Ipv6Level, DestinationOptions, Padding },
    };

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Data_in_the_first_packet_does_not_leave(AddressFamily family)
    {
        using GuardedLab lab = GuardedLab.Create(Routers, Policy(Routers));
        using Socket near = lab.ListenFast(Routers - 1, family);
        using Socket far = lab.ListenFast(Routers, family);
        Assert.Equal(5, ReceivedBy(near, () => lab.ConnectUnguarded(near, GuardedLab.DeferConnect)));
        Assert.Equal(0, ReceivedBy(near, () => lab.Connect(near, GuardedLab.DeferConnect)));
        // Without it the kernel goes on at once.
        Assert.Equal(5, ReceivedBy(far, () => Assert.Equal(SocketError.Success, lab.Connect(far, GuardedLab.DeferConnect))));
        Assert.Equal(
            [HostGuardReason.EarlyData, HostGuardReason.Near, HostGuardReason.EarlyData],
            (await lab.RefusedAsync()).Select(static refused => refused.Reason));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_connection_whose_first_data_was_held_back_lives_on(AddressFamily family)
    {
        using GuardedLab lab = GuardedLab.Create(Routers, Policy(Routers));
        using Socket far = lab.ListenFast(Routers, family);
        using Socket client = lab.Guarded(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        GuardedLab.DeferConnect(client);
        client.Connect(far.LocalEndPoint!);
        client.Send([1]);
        using Socket server = far.Accept();
        byte[] buffer = new byte[10];
        Assert.Equal(1, server.Receive(buffer));
        // The guard has had time to end the socket.
        Thread.Sleep(300);
        server.Send([2, 3]);
        Assert.Equal(2, client.Receive(buffer));
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Headers_that_can_lead_elsewhere_do_not_leave(AddressFamily family, int level, int option, byte[] value)
    {
        using GuardedLab lab = GuardedLab.Create(Routers, Policy(1));
        using Socket far = lab.Listen(Routers, family);
        Assert.Equal(SocketError.Success, lab.Connect(far));
        Assert.Equal(SocketError.ConnectionAborted, lab.Connect(far, socket => socket.SetRawSocketOption(level, option, value)));
        Assert.Equal(HostGuardReason.Header, Assert.Single(await lab.RefusedAsync()).Reason);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Nor_do_they_after_the_handshake(AddressFamily family, int level, int option, byte[] value)
    {
        using GuardedLab lab = GuardedLab.Create(Routers, Policy(1));
        using Socket far = lab.Listen(Routers, family);
        using Socket client = lab.Guarded(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        client.Connect(far.LocalEndPoint!);
        using Socket server = far.Accept();
        client.SetRawSocketOption(level, option, value);
        client.Send([1]);
        Assert.False(server.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectRead) && server.Available > 0);
        Assert.Contains(HostGuardReason.Header, (await lab.RefusedAsync()).Select(static refused => refused.Reason));
    }

    private static HopGuardOptions Policy(int minimumHops) =>
        new() { MinimumHops = minimumHops, AllowedSpecialPurposeNetworks = { "198.18.0.0/15", "2001:db8::/32" } };

    /// <summary>Returns the number of bytes that a server receives.</summary>
    private static int ReceivedBy(Socket listener, Action connect)
    {
        connect();
        if (!listener.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectRead))
        {
            return 0;
        }

        using Socket server = listener.Accept();
        byte[] buffer = new byte[100];
        int received = 0;
        try
        {
            while (server.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectRead) && server.Receive(buffer) is > 0 and var count)
            {
                received += count;
            }
        }
        catch (SocketException)
        {
            // A reset ends it, too.
        }

        return received;
    }
}
