using System.Buffers.Binary;
using System.Net.Sockets;

namespace Hops;

/// <summary>
/// How far away the client of an accepted TCP connection is: the kernel keeps the SYN that opened it, where the listener asks for that. Needs no eBPF and no
/// capability. Linux 4.2.
/// </summary>
/// <remarks>
/// What is measured is the way here, from whoever opened the connection: a proxy, where one stands in front. A listener with TCP Fast Open hands out
/// connections whose client has not
/// yet proven that it receives what is sent to its address.
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man7/tcp.7.html"/>
public static class SavedSyn
{
    // linux/tcp.h
    private const int SolTcp = 6;
    private const int TcpSaveSyn = 27;
    private const int TcpSavedSyn = 28;

    // The longest headers of IPv4 and TCP are 60 bytes each; IPv6 may have extensions, of which nothing is needed.
    private const int Room = 512;

    /// <summary>Has the kernel keep the SYNs of the connections that this socket accepts from now on.</summary>
    /// <param name="listener">A TCP socket over IPv4 or IPv6, dual-mode or not, before or after <see cref="Socket.Listen()"/>.</param>
    /// <exception cref="SocketException">The socket is no TCP socket, or this is not Linux.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static void SaveSyn(this Socket listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        Span<byte> on = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(on, 1);
        listener.SetRawSocketOption(SolTcp, TcpSaveSyn, on);
    }

    /// <summary>The distance of an accepted socket's client. Reading it takes it away: the second reading is unknown. Allocates nothing.</summary>
    /// <param name="accepted">A socket that a listener accepted after <see cref="SaveSyn"/>.</param>
    /// <returns>
    /// The distance, or null when it is unknown: the listener did not ask for it, it was read already, or the connection came about by a SYN cookie
    /// (<c>net.ipv4.tcp_syncookies</c>), for which a listener keeps nothing while its queue overflows.
    /// </returns>
    /// <exception cref="SocketException">The socket is no TCP socket, or this is not Linux.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static HopDistance? ReadSavedSyn(this Socket accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        Span<byte> headers = stackalloc byte[Room];
        int length = accepted.GetRawSocketOption(SolTcp, TcpSavedSyn, headers);
        byte ttl = TtlOf(headers[..length]);
        return ttl == 0 ? null : new HopDistance(ttl);
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
