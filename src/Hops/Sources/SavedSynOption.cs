using System.Buffers.Binary;
using System.Net.Sockets;
using Hops.Common.Interop;

namespace Hops.Sources;

/// <summary>The SYN that the kernel kept of an accepted connection (<c>TCP_SAVE_SYN</c>); <see cref="SavedSynExtensions"/> says how that behaves.</summary>
internal static class SavedSynOption
{
    // The longest headers of IPv4 and TCP are 60 bytes each; IPv6 may have extensions, of which nothing is needed.
    private const int Room = 512;

    public static void Save(Socket listener)
    {
        Span<byte> on = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(on, 1);
        listener.SetRawSocketOption(LibC.SolTcp, LibC.TcpSaveSyn, on);
    }

    public static HopDistance? Read(Socket accepted)
    {
        Span<byte> headers = stackalloc byte[Room];
        int length = accepted.GetRawSocketOption(LibC.SolTcp, LibC.TcpSavedSyn, headers);
        byte ttl = TtlOf(headers[..length]);
        return ttl == 0 ? null : HopDistance.FromReceivedTtl(ttl);
    }

    /// <returns>The TTL, or hop limit, of an IP header, or 0 where there is none.</returns>
    internal static byte TtlOf(ReadOnlySpan<byte> headers)
    {
        const int Ipv4HeaderSize = 20;
        const int Ipv6HeaderSize = 40;
        return (headers.IsEmpty ? 0 : headers[0] >> 4) switch
        {
            // RFC 791, section 3.1, and RFC 8200, section 3.
            4 when headers.Length >= Ipv4HeaderSize => headers[8],
            6 when headers.Length >= Ipv6HeaderSize => headers[7],
            _ => 0,
        };
    }
}
