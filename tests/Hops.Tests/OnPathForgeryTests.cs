using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

/// <summary>
/// What no reading can tell. Someone on the way sees the SYN, answers it with the right number before the server can, and then lets the SYN go on: the client
/// is connected to them.
/// </summary>
public sealed class OnPathForgeryTests
{
    private const byte ForgedTtl = 200;
    private const uint ForgedSequence = 5_000_000;
    private const int EthernetHeader = 14;

    // linux/if_ether.h, in network byte order
    private const ProtocolType AllPackets = (ProtocolType)0x0300;

    [Theory(Timeout = 60_000)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task An_answer_with_the_right_number_is_read_and_leads_to_nobody_but_who_sent_it(AddressFamily family)
    {
        Requires.Root();
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        using LabNetwork lab = LabNetwork.Create(2);
        using Socket listener = Connecting.NewSocket(lab.Server, family);
        listener.Bind(new IPEndPoint(lab.ServerAddress(family), 0));
        listener.Listen();
        IPEndPoint server = (IPEndPoint)listener.LocalEndPoint!;
        NetworkNamespace router = lab.HostAt(0);
        using Socket sniffer = router.Run(() => new Socket(AddressFamily.Packet, SocketType.Raw, AllPackets));
        using Socket sender = Segment.NewSender(router, family);
        HopMeter meter = HopMeter.Open();

        SetForwarding(router, 0);
        using Socket client = Connecting.NewSocket(lab.Client, family);
        meter.Arm(client);
        Task connecting = client.ConnectAsync(server, cancellationToken).AsTask();
        (IPAddress from, byte[] syn) = await ReceiveAsync(sniffer, server, static tcp => tcp[13] == Segment.Syn, cancellationToken);
        IPEndPoint clientEnd = new(from, BinaryPrimitives.ReadUInt16BigEndian(syn));
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(syn.AsSpan(4));
        byte[] forged = Segment.Make(server, clientEnd, Segment.Syn | Segment.Ack, ForgedSequence, sequence + 1, ForgedTtl);
        sender.SendTo(forged, new IPEndPoint(clientEnd.Address, 0));
        await connecting;
        Assert.Equal(ForgedTtl, meter.Read(client)?.ReceivedTtl);

        // The forger whose answer was accepted gets the data.
        byte[] secret = [1, 2, 3, 4];
        client.Send(secret);
        (_, byte[] data) = await ReceiveAsync(sniffer, server, static tcp => (tcp[13] & Segment.Psh) != 0, cancellationToken);
        Assert.Equal(secret, data[^secret.Length..]);

        // The server answers, too, with numbers of its own, which the client does not take. Neither takes the server the client's.
        SetForwarding(router, 1);
        sender.SendTo(Segment.Make(clientEnd, server, Segment.Syn, sequence, 0, 64), new IPEndPoint(server.Address, 0));
        SocketException end = await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveAsync(new byte[1], cancellationToken));
        Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
        Assert.False(listener.Poll(0, SelectMode.SelectRead));

        // The control: left alone, a connection gets there, and it is the only one.
        using Socket honest = Connecting.NewSocket(lab.Client, family);
        Assert.Equal(2, (await Connecting.MeasureAsync(meter, honest, server.Address, server.Port))?.Hops);
        honest.Send([5]);
        using Socket accepted = await listener.AcceptAsync(cancellationToken);
        Assert.Equal(((IPEndPoint)honest.LocalEndPoint!).Port, ((IPEndPoint)accepted.RemoteEndPoint!).Port);
        byte[] received = new byte[8];
        Assert.Equal(1, await accepted.ReceiveAsync(received, cancellationToken));
        Assert.Equal(5, received[0]);
        Assert.False(listener.Poll(0, SelectMode.SelectRead));
    }

    private static void SetForwarding(NetworkNamespace router, int value)
    {
        router.SetSysctl("net/ipv4/ip_forward", value);
        router.SetSysctl("net/ipv6/conf/all/forwarding", value);
    }

    /// <summary>The next TCP segment to a server that is as wanted: who sent it, and all from its TCP header on.</summary>
    private static async Task<(IPAddress From, byte[] Tcp)> ReceiveAsync(
        Socket sniffer, IPEndPoint server, Func<byte[], bool> isWanted, CancellationToken cancellationToken)
    {
        byte[] frame = new byte[2048];
        while (true)
        {
            int length = await sniffer.ReceiveAsync(frame, cancellationToken);
            byte[] packet = frame[EthernetHeader..length];
            (byte[] from, byte[] tcp) = (packet[0] >> 4) switch
            {
                4 when packet[9] == 6 => (packet[12..16], packet[((packet[0] & 15) * 4)..]),
                6 when packet[6] == 6 => (packet[8..24], packet[40..]),
                _ => ([], Array.Empty<byte>()),
            };
            if (tcp.Length >= 20 && BinaryPrimitives.ReadUInt16BigEndian(tcp.AsSpan(2)) == server.Port && isWanted(tcp))
            {
                return (new IPAddress(from), tcp);
            }
        }
    }
}
