using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

/// <summary>
/// A server made by hand: it answers with exactly the segments that the test wants, in their order. Its listener drops every SYN, so that the kernel says nothing.
/// </summary>
public sealed class ForgeryTests
{
    private const byte RealTtl = 64;
    private const byte ForgedTtl = 40;
    private const uint ServerSequence = 1_000_000;

    /// <summary>What arrives before the real SYN+ACK, after it, and whether the distance is known in the end.</summary>
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

    /// <summary>What comes before the SYN+ACK of the second connection, which connection is given in the end, and whether its distance is known.</summary>
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

    private sealed class HandMadeServer : IDisposable
    {
        private readonly Socket _silent;
        private readonly Socket _sniffer;
        private readonly Socket _sender;
        private IPEndPoint _client = new(IPAddress.None, 0);

        public HandMadeServer(AddressFamily family)
        {
            Lab = LabNetwork.Create(1);
            IPAddress address = Lab.ServerAddress(family);
            _silent = Connecting.NewSocket(Lab.Server, family);
            EndPoint = SilentListener.Listen(_silent, address);
            _sniffer = Lab.Server.Run(() => new Socket(family, SocketType.Raw, ProtocolType.Tcp));
            _sniffer.Bind(new IPEndPoint(address, 0));
            _sender = Segment.NewSender(Lab.Server, family);
        }

        public LabNetwork Lab { get; }

        public IPEndPoint EndPoint { get; }

        public uint ClientSequence { get; private set; }

        public async Task ReceiveSynAsync()
        {
            byte[] tcp;
            SocketReceiveFromResult packet;
            do
            {
                byte[] buffer = new byte[256];
                packet = await _sniffer.ReceiveFromAsync(buffer, new IPEndPoint(EndPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0), TestContext.Current.CancellationToken);
                // Raw IPv4 sockets show the IP header, raw IPv6 sockets do not (raw(7), ipv6(7)).
                tcp = EndPoint.AddressFamily == AddressFamily.InterNetwork ? buffer[((buffer[0] & 15) * 4)..] : buffer;
            }
            // An earlier connection has more to say.
            while (tcp[13] != Segment.Syn);

            _client = new IPEndPoint(((IPEndPoint)packet.RemoteEndPoint).Address, BinaryPrimitives.ReadUInt16BigEndian(tcp));
            ClientSequence = BinaryPrimitives.ReadUInt32BigEndian(tcp.AsSpan(4));
        }

        public void Send(int flags, uint sequence, uint acknowledgement, byte ttl, byte[]? payload = null) =>
            _sender.SendTo(Segment.Make(EndPoint, _client, (byte)flags, sequence, acknowledgement, ttl, payload), new IPEndPoint(_client.Address, 0));

        /// <summary>Segments as somebody would send them who does not see the connection: with wrong numbers.</summary>
        public void Forge(string kinds)
        {
            uint wrong = ClientSequence + 100_000_000;
            foreach (string kind in kinds.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                (int flags, byte ttl) = kind switch
                {
                    "ack" => (Segment.Ack, ForgedTtl),
                    "rst" => (Segment.Rst | Segment.Ack, ForgedTtl),
                    "data" => (Segment.Psh | Segment.Ack, ForgedTtl),
                    "synack" => (Segment.Syn | Segment.Ack, ForgedTtl),
                    "synack-rst" => (Segment.Syn | Segment.Ack | Segment.Rst, ForgedTtl),
                    "synack-same-ttl" => (Segment.Syn | Segment.Ack, RealTtl),
                    _ => throw new ArgumentException(kind),
                };
                Send(flags, ServerSequence + 200_000_000, wrong, ttl, kind == "data" ? [1, 2, 3] : null);
            }
        }

        public void Dispose()
        {
            _sender.Dispose();
            _sniffer.Dispose();
            _silent.Dispose();
            Lab.Dispose();
        }
    }
}
