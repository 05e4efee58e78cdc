using System.Net;
using System.Net.Sockets;
using Hops.Datagrams;

namespace Hops;

/// <summary>
/// Measures how far away the senders of datagrams are. Call <c>socket.ReportHops()</c> once, then <c>socket.ReceiveDatagram(buffer, sender)</c> in place of
/// <c>ReceiveFrom</c>. For UDP over IPv4 and IPv6, dual-mode or not. Needs no eBPF and no capability; Linux 2.6.14.
/// </summary>
/// <remarks>
/// Each datagram has a TTL of its own, chosen by its sender: a sender that can forge the address of a datagram can also forge its distance. Rely on a TTL only
/// if something else shows that the datagram is an answer, such as a random number that only the other end knows.
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man7/ip.7.html"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc3542.html#section-6"/>
public static class DatagramExtensions
{
    /// <summary>
    /// Makes the kernel report the TTL (IPv6: hop limit) of each datagram that arrives from now on. The distance of datagrams that are already queued stays
    /// unknown.
    /// </summary>
    /// <param name="socket">A datagram socket over IPv4 or IPv6, bound or not.</param>
    /// <exception cref="ArgumentException">The socket is not for datagrams over IPv4 or IPv6.</exception>
    /// <exception cref="SocketException">The kernel refused, or this is not Linux.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static void ReportHops(this Socket socket)
    {
        ThrowIfNoDatagrams(socket);
        DatagramSocket.ReportHops(socket);
    }

    /// <summary>
    /// Receives a datagram and its distance. On a blocking socket it waits for a datagram, at most for <see cref="Socket.ReceiveTimeout"/>. Allocates nothing.
    /// </summary>
    /// <param name="socket">A socket on which <see cref="ReportHops"/> was called; otherwise every distance is unknown.</param>
    /// <param name="buffer">Receives the datagram. Bytes that do not fit are lost.</param>
    /// <param name="sender">
    /// Receives the address of the sender: <c>new SocketAddress(socket.AddressFamily)</c>, which can be reused. Null if the address is not needed, such as on a
    /// connected socket.
    /// </param>
    /// <exception cref="ArgumentException">The socket is not for datagrams, or <paramref name="sender"/> is too small for an address of its family.</exception>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.WouldBlock"/> if the socket is non-blocking and no datagram has arrived, <see cref="SocketError.TimedOut"/> after its timeout,
    /// <see cref="SocketError.ConnectionRefused"/> if the other end of a connected socket reported a closed port, or another error of the kernel.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed, before the call or during it.</exception>
    public static Datagram ReceiveDatagram(this Socket socket, Span<byte> buffer, SocketAddress? sender = null)
    {
        ThrowIfNoDatagrams(socket);
        ThrowIfTooSmall(socket, sender);
        return DatagramSocket.Receive(socket, buffer, sender);
    }

    /// <summary>
    /// Receives a datagram and its distance without blocking the thread, regardless of <see cref="Socket.Blocking"/>. A datagram that has already arrived is
    /// returned at once.
    /// </summary>
    /// <param name="socket">A socket on which <see cref="ReportHops"/> was called.</param>
    /// <param name="buffer">Receives the datagram. Bytes that do not fit are lost.</param>
    /// <param name="sender">Receives the address of the sender, or null.</param>
    /// <param name="cancellationToken">Cancels waiting; no datagram is lost.</param>
    /// <exception cref="ArgumentException">The socket is not for datagrams, or <paramref name="sender"/> is too small for an address of its family.</exception>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.ConnectionRefused"/> if the other end of a connected socket reported a closed port, or another error of the kernel.
    /// </exception>
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
                $"Only datagram sockets over IPv4 and IPv6 report a TTL; this socket is {socket.AddressFamily} {socket.SocketType}.", nameof(socket));
        }
    }

    private static void ThrowIfTooSmall(Socket socket, SocketAddress? sender)
    {
        if (sender is not null && sender.Buffer.Length < SocketAddress.GetMaximumAddressSize(socket.AddressFamily))
        {
            throw new ArgumentException(
                $"The buffer for the sender's address is too small for {socket.AddressFamily}: use new SocketAddress(socket.AddressFamily).", nameof(sender));
        }
    }
}
