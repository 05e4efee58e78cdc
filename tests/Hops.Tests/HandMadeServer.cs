using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Tests;

/// <summary>
/// A server that answers with exactly the segments of a test. It is behind one router. Its listener drops every SYN, so that the kernel does not answer.
/// </summary>
internal sealed class HandMadeServer : IDisposable
{
    /// <summary>The TTL that a server's segments start with.</summary>
    public const byte RealTtl = 64;

    public const uint Sequence = 1_000_000;

    /// <summary>The TTL that segments of <see cref="Forge"/> start with.</summary>
    public const byte ForgedTtl = 40;

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

    public Task ReceiveSynAsync() => ReceiveAsync(Segment.Syn);

    /// <summary>Waits for the client's next segment that has these flags.</summary>
    public async Task ReceiveAsync(int flags)
    {
        byte[] tcp;
        SocketReceiveFromResult packet;
        do
        {
            byte[] buffer = new byte[256];
            IPAddress any = EndPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            packet = await _sniffer.ReceiveFromAsync(buffer, new IPEndPoint(any, 0), TestContext.Current.CancellationToken);
            // Raw IPv4 sockets show the IP header, raw IPv6 sockets do not (raw(7), ipv6(7)).
            tcp = EndPoint.AddressFamily == AddressFamily.InterNetwork ? buffer[((buffer[0] & 15) * 4)..] : buffer;
        }
        // An earlier connection has more to say.
        while (tcp[13] != flags);

        _client = new IPEndPoint(((IPEndPoint)packet.RemoteEndPoint).Address, BinaryPrimitives.ReadUInt16BigEndian(tcp));
        ClientSequence = BinaryPrimitives.ReadUInt32BigEndian(tcp.AsSpan(4));
    }

    /// <summary>Whom to send to, where no SYN has told.</summary>
    public void Expect(Socket client) => _client = (IPEndPoint)client.LocalEndPoint!;

    public void Send(int flags, uint sequence, uint acknowledgement, byte ttl, byte[]? payload = null) =>
        _sender.SendTo(Segment.Make(EndPoint, _client, (byte)flags, sequence, acknowledgement, ttl, payload), new IPEndPoint(_client.Address, 0));

    /// <summary>Segments with wrong numbers, as a sender would send them that does not see the connection.</summary>
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
            Send(flags, Sequence + 200_000_000, wrong, ttl, kind == "data" ? [1, 2, 3] : null);
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
