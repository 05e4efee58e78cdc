using System.Net.Sockets;
using Hops.Sources;

namespace Hops;

/// <summary>
/// How far away the client of an accepted TCP connection is: the kernel keeps the SYN that opened it, where the listener asks for that. Needs no eBPF and no
/// capability. Linux 4.2.
/// </summary>
/// <remarks>
/// What is measured is the way here, from whoever opened the connection: a proxy, where one stands in front. A listener with TCP Fast Open hands out
/// connections whose client has not yet proven that it receives what is sent to its address.
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man7/tcp.7.html"/>
public static class SavedSynExtensions
{
    /// <summary>Has the kernel keep the SYNs of the connections that this socket accepts from now on.</summary>
    /// <param name="listener">A TCP socket over IPv4 or IPv6, dual-mode or not, before or after <see cref="Socket.Listen()"/>.</param>
    /// <exception cref="SocketException">The socket is no TCP socket, or this is not Linux.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static void SaveSyn(this Socket listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        SavedSynOption.Save(listener);
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
        return SavedSynOption.Read(accepted);
    }
}
