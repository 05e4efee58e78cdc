using System.Net.Sockets;
using Hops.Sources;

namespace Hops;

/// <summary>
/// Measures how far away the clients of a TCP server are, from the SYN that the kernel saves for each accepted connection. Call <c>listener.SaveSyn()</c> once,
/// then <c>accepted.ReadSavedSyn()</c>. Needs no eBPF and no capability; Linux 4.2.
/// </summary>
/// <remarks>
/// The distance is that of the way here, from the machine that opened the connection, which may be a proxy. A listener with TCP Fast Open accepts connections
/// whose client has not yet proven that it receives packets at its address.
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man7/tcp.7.html"/>
public static class SavedSynExtensions
{
    /// <summary>Makes the kernel save the SYNs of the connections that this socket accepts from now on.</summary>
    /// <param name="listener">A TCP socket over IPv4 or IPv6, dual-mode or not, before or after <see cref="Socket.Listen()"/>.</param>
    /// <exception cref="SocketException">The socket is no TCP socket, or this is not Linux.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static void SaveSyn(this Socket listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        SavedSynOption.Save(listener);
    }

    /// <summary>
    /// Returns the distance of an accepted socket's client. The kernel discards the SYN when it is read, so a second reading is unknown. Allocates nothing.
    /// </summary>
    /// <param name="accepted">A socket that a listener accepted after <see cref="SaveSyn"/>.</param>
    /// <returns>
    /// The distance, or null if it is unknown: <see cref="SaveSyn"/> was not called, it was already read, or the connection was established with a SYN cookie
    /// (<c>net.ipv4.tcp_syncookies</c>), which a listener uses, without saving the SYN, while its queue overflows.
    /// </returns>
    /// <exception cref="SocketException">The socket is no TCP socket, or this is not Linux.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static HopDistance? ReadSavedSyn(this Socket accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        return SavedSynOption.Read(accepted);
    }
}
