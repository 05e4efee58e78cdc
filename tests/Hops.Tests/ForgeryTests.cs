using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

/// <summary>
/// A server made by hand: it answers with exactly the segments of the test, in their order.
/// Its listener drops every SYN, so that the kernel does not answer.
/// </summary>
public sealed class ForgeryTests
{
    private const byte RealTtl = HandMadeServer.RealTtl;
    private const uint ServerSequence = HandMadeServer.Sequence;

    /// <summary>The segments before the real SYN+ACK and after it, and whether the distance is known at the end.</summary>
    public static TheoryData<string, string, bool> Cases => new()
    {
        { "", "", true },
        { "ack", "", true },
        { "rst", "", true },
        { "data", "", true },
        { "synack-rst", "", true },
        { "synack-same-ttl", "", true },
        { "ack rst data", "ack rst data", true },
        { "", "ack", true },
        { "", "data", true },
        { "", "synack-same-ttl", true },
        { "synack", "", false },
        { "", "synack", true },
        { "synack", "synack", false },
        { "ack synack data", "rst", false },
        { "", "ack synack data synack", true },
    };

    public static TheoryData<AddressFamily, string, string, bool> CasesOfBothFamilies
    {
        get
        {
            TheoryData<AddressFamily, string, string, bool> both = [];
            foreach (TheoryDataRow<string, string, bool> row in Cases)
            {
                (string before, string after, bool known) = row.Data;
                both.Add(AddressFamily.InterNetwork, before, after, known);
                both.Add(AddressFamily.InterNetworkV6, before, after, known);
            }

            return both;
        }
    }

    [Theory]
    [MemberData(nameof(CasesOfBothFamilies))]
    public async Task A_reading_is_right_or_unknown(AddressFamily family, string before, string after, bool known)
    {
        Requires.Root();
        using HandMadeServer server = new(family);
        using Socket client = Connecting.NewSocket(server.Lab.Client, family);
        HopMeter meter = HopMeter.Open();
        meter.Arm(client);
        Task connecting = client.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken).AsTask();
        await server.ReceiveSynAsync();
        server.Forge(before);
        server.Send(Segment.Syn | Segment.Ack, ServerSequence, server.ClientSequence + 1, RealTtl);
        await connecting;
        server.Forge(after);

        // A true segment behind them: when it is there, all the others have been looked at.
        server.Send(Segment.Psh | Segment.Ack, ServerSequence + 1, server.ClientSequence + 1, RealTtl, [42]);
        byte[] received = new byte[1];
        Assert.Equal(1, await client.ReceiveAsync(received, TestContext.Current.CancellationToken));
        Assert.Equal(42, received[0]);
        Assert.Equal(known ? RealTtl - server.Lab.Routers : null, meter.Read(client)?.ReceivedTtl);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "")]
    [InlineData(AddressFamily.InterNetwork, "synack")]
    [InlineData(AddressFamily.InterNetworkV6, "synack")]
    public async Task A_refused_socket_is_unknown_whatever_was_forged(AddressFamily family, string before)
    {
        Requires.Root();
        using HandMadeServer server = new(family);
        using Socket client = Connecting.NewSocket(server.Lab.Client, family);
        HopMeter meter = HopMeter.Open();
        meter.Arm(client);
        Task connecting = client.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken).AsTask();
        await server.ReceiveSynAsync();
        server.Forge(before);
        server.Send(Segment.Rst | Segment.Ack, 0, server.ClientSequence + 1, RealTtl);
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => connecting)).SocketErrorCode);
        Assert.Null(meter.Read(client));
    }

    [Fact]
    public async Task A_forgery_after_the_slot_was_taken_cannot_plant_a_distance()
    {
        Requires.Root();
        using HandMadeServer server = new(AddressFamily.InterNetwork);
        using Socket client = Connecting.NewSocket(server.Lab.Client, AddressFamily.InterNetwork);
        HopMeter meter = HopMeter.Open();
        meter.Arm(client);
        Task connecting = client.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken).AsTask();
        await server.ReceiveSynAsync();
        server.Send(Segment.Syn | Segment.Ack, ServerSequence, server.ClientSequence + 1, RealTtl);
        await connecting;
        Assert.Equal(RealTtl - server.Lab.Routers, meter.Read(client)?.ReceivedTtl);

        // Cookies are handed to the processors in batches, so this takes a few rounds.
        using LabServer other = LabServer.Start(server.Lab.Server);
        ulong slot = Cookie(client) % 65_536;
        bool taken = false;
        server.Lab.Client.Run(() =>
        {
            for (int i = 0; i < 1_000_000 && !taken; i++)
            {
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                if (Cookie(socket) % 65_536 == slot)
                {
                    Connecting.Measure(meter, socket, server.EndPoint.Address, other.Port);
                    taken = true;
                }
            }
        });
        Assert.True(taken);
        Assert.Null(meter.Read(client));

        server.Forge("synack");
        server.Send(Segment.Psh | Segment.Ack, ServerSequence + 1, server.ClientSequence + 1, RealTtl, [42]);
        Assert.Equal(1, await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.Null(meter.Read(client));
    }

    /// <summary>The segments before the SYN+ACK of the second connection, the connection that is returned, and whether its distance is known.</summary>
    [Theory]
    [InlineData(AddressFamily.InterNetwork, "", 2, true)]
    [InlineData(AddressFamily.InterNetworkV6, "", 2, true)]
    [InlineData(AddressFamily.InterNetwork, "synack", 1, false)]
    [InlineData(AddressFamily.InterNetwork, "refusal", 1, false)]
    [InlineData(AddressFamily.InterNetwork, "silence", 1, false)]
    public async Task A_dialer_measures_once_more_what_is_unknown(AddressFamily family, string before, int given, bool known)
    {
        Requires.Root();
        using HandMadeServer server = new(family);
        HopMeter meter = HopMeter.Open();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        List<Socket> sockets = [];
        HopDialer dialer = new(meter, new() { ConnectTimeout = TimeSpan.FromSeconds(before == "silence" ? 1 : 15) }, asked =>
        {
            sockets.Add(Connecting.NewSocket(server.Lab.Client, asked));
            return sockets[^1];
        });
        Task<HopConnection> connecting = dialer.ConnectAsync([server.EndPoint.Address], server.EndPoint.Port, TestContext.Current.CancellationToken).AsTask();
        await server.ReceiveSynAsync();
        server.Forge("synack");
        server.Send(Segment.Syn | Segment.Ack, ServerSequence, server.ClientSequence + 1, RealTtl);
        await server.ReceiveSynAsync();
        if (before == "refusal")
        {
            server.Send(Segment.Rst | Segment.Ack, 0, server.ClientSequence + 1, RealTtl);
        }
        else if (before != "silence")
        {
            server.Forge(before);
            server.Send(Segment.Syn | Segment.Ack, ServerSequence, server.ClientSequence + 1, RealTtl);
        }

        using HopConnection connection = await connecting;
        Assert.Equal(2, sockets.Count);
        Assert.Same(sockets[given - 1], connection.Socket);
        Assert.True(connection.Socket.Connected);
        Assert.Equal(known ? RealTtl - server.Lab.Routers : null, connection.Distance?.ReceivedTtl);
    }

    private static ulong Cookie(Socket socket)
    {
        byte[] cookie = new byte[8];
        socket.GetRawSocketOption(1, 57, cookie);
        return BitConverter.ToUInt64(cookie);
    }
}
