using System.Buffers.Binary;
using System.Net;

namespace Hops.Host.Tests.Watching;

/// <summary>
/// The handshakes in a file that tcpdump wrote (<see href="https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html"/>), of Ethernet: for each pair of
/// ends the received TTLs of the packets that completed them, in their order.
/// </summary>
internal sealed class Handshakes
{
    private const uint Magic = 0xa1b2c3d4;
    private const int FileHeader = 24;
    private const int PacketHeader = 16;
    private const int Ethernet = 14;
    private const int Syn = 0x02;
    private const int Rst = 0x04;
    private const int Ack = 0x10;

    private readonly HashSet<(IPEndPoint Client, IPEndPoint Server)> _begun = [];

    private Handshakes()
    {
    }

    /// <summary>By the SYN+ACK, which completes it for the client; and by what the client sent first after that, which does for the server.</summary>
    public Dictionary<(IPEndPoint Client, IPEndPoint Server), List<int>> Completed { get; } = [];

    /// <param name="file">What tcpdump wrote.</param>
    /// <param name="atServer">Whether it was written at the server, and shows what came to that.</param>
    public static Handshakes Read(string file, bool atServer)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(file);
        Assert.Equal(Magic, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        // LINKTYPE_ETHERNET.
        Assert.Equal(1u, BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]));
        Handshakes all = new();
        for (bytes = bytes[FileHeader..]; bytes.Length > PacketHeader;)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
            all.Add(bytes.Slice(PacketHeader + Ethernet, length - Ethernet), isIpv6: bytes[PacketHeader + 12] == 0x86, atServer);
            bytes = bytes[(PacketHeader + length)..];
        }

        return all;
    }

    private void Add(ReadOnlySpan<byte> packet, bool isIpv6, bool atServer)
    {
        ReadOnlySpan<byte> tcp = isIpv6 ? packet[40..] : packet[(4 * (packet[0] & 0xf))..];
        int ttl = isIpv6 ? packet[7] : packet[8];
        IPEndPoint from = new(new IPAddress(isIpv6 ? packet.Slice(8, 16) : packet.Slice(12, 4)), BinaryPrimitives.ReadUInt16BigEndian(tcp));
        IPEndPoint to = new(new IPAddress(isIpv6 ? packet.Slice(24, 16) : packet.Slice(16, 4)), BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]));
        switch (tcp[13] & (Syn | Rst | Ack))
        {
            case Syn:
                _begun.Add((from, to));
                break;
            case Syn | Ack when !atServer && _begun.Remove((to, from)):
                Complete((to, from), ttl);
                break;
            case Ack when atServer && _begun.Remove((from, to)):
                Complete((from, to), ttl);
                break;
        }
    }

    private void Complete((IPEndPoint Client, IPEndPoint Server) ends, int ttl)
    {
        if (!Completed.TryGetValue(ends, out List<int>? ttls))
        {
            Completed[ends] = ttls = [];
        }

        ttls.Add(ttl);
    }
}
