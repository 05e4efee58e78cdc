using System.Net;
using System.Net.Sockets;
using Hops.Datagrams;

namespace Hops;

/// <summary>
/// How far away the senders of datagrams are: <c>socket.ReportHops()</c> once, then <c>socket.ReceiveDatagram(buffer, sender)</c> in place of
/// <c>ReceiveFrom</c>. UDP over IPv4 and IPv6, dual-mode or not. Needs no eBPF and no capability. Linux 2.6.14.
/// </summary>
/// <remarks>
/// Each datagram has a TTL of its own, which its sender chose: who can forge the address of a datagram can forge its distance, too. A TTL tells of a path when
/// something else shows that the datagram is an answer, such as a random number that only the other end knows.
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man7/ip.7.html"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc3542.html#section-6"/>
public static class DatagramExtensions
{
    /// <summary>Has the kernel tell the TTL, or hop limit, of each datagram that arrives from now on; those that are waiting already stay unknown.</summary>
    /// <param name="socket">A datagram socket over IPv4 or IPv6, bound or not.</param>
    /// <exception cref="ArgumentException">The socket is of another kind.</exception>
    /// <exception cref="SocketException">The kernel refused, or this is not Linux.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static void ReportHops(this Socket socket)
    {
        ThrowIfNoDatagrams(socket);
        DatagramSocket.ReportHops(socket);
    }

    /// <summary>
    /// Receives a datagram, and waits for one where the socket is blocking, as long as its <see cref="Socket.ReceiveTimeout"/> says. Allocates nothing.
    /// </summary>
    /// <param name="socket">A socket after <see cref="ReportHops"/>; without it every distance is unknown.</param>
    /// <param name="buffer">Where to put the datagram; what does not fit is lost.</param>
    /// <param name="sender">
    /// Where to put the address of its sender, to be used again and again: <c>new SocketAddress(socket.AddressFamily)</c>. Null where it does not matter, such
    /// as on a connected socket.
    /// </param>
    /// <exception cref="ArgumentException">The socket is not for datagrams, or the sender's address has no room for one of its family.</exception>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.WouldBlock"/> when nothing is there and the socket does not block, <see cref="SocketError.TimedOut"/> after its timeout,
    /// <see cref="SocketError.ConnectionRefused"/> when the other end of a connected socket says that nobody listens there, or what else the kernel says.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed, now or while this was waiting.</exception>
    public static Datagram ReceiveDatagram(this Socket socket, Span<byte> buffer, SocketAddress? sender = null)
    {
        ThrowIfNoDatagrams(socket);
        ThrowIfTooSmall(socket, sender);
        return DatagramSocket.Receive(socket, buffer, sender);
    }

    /// <summary>
    /// The same without blocking the thread, whatever <see cref="Socket.Blocking"/> says. A datagram that is there already is returned at once.
    /// </summary>
    /// <param name="socket">A socket after <see cref="ReportHops"/>.</param>
    /// <param name="buffer">Where to put the datagram; what does not fit is lost.</param>
    /// <param name="sender">Where to put the address of its sender, or null.</param>
    /// <param name="cancellationToken">Cancels; no datagram is lost by that.</param>
    /// <exception cref="ArgumentException">The socket is not for datagrams, or the sender's address has no room for one of its family.</exception>
    /// <exception cref="SocketException"><see cref="SocketError.ConnectionRefused"/> as above, or what else the kernel says.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static ValueTask<Datagram> ReceiveDatagramAsync(
        this Socket socket, Memory<byte> buffer, SocketAddress? sender = null, CancellationToken cancellationToken = default)
    {
        ThrowIfNoDatagrams(socket);
        ThrowIfTooSmall(socket, sender);
        return DatagramSocket.ReceiveAsync(socket, buffer, sender, cancellationToken);
    }

    private static void ThrowIfNoDatagrams(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Dgram || socket.AddressFamily is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new ArgumentException(
                $"Only datagrams over IPv4 and IPv6 have a TTL each; this socket is {socket.AddressFamily} {socket.SocketType}.", nameof(socket));
        }
    }

    private static void ThrowIfTooSmall(Socket socket, SocketAddress? sender)
    {
        if (sender is not null && sender.Buffer.Length < SocketAddress.GetMaximumAddressSize(socket.AddressFamily))
        {
            throw new ArgumentException(
                $"A sender's address of {socket.AddressFamily} does not fit: use new SocketAddress(socket.AddressFamily).", nameof(sender));
        }
    }
}
