using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Sources;

namespace Hops.Probing;

/// <summary>
/// Measures how far away a machine is that refuses connections, from the TTL of the RST that answers a SYN. It makes a connection for that purpose. Needs
/// <c>CAP_BPF</c>, as <see cref="HopSource.SocketFilter"/> does.
/// </summary>
/// <remarks>
/// A firewall on the way may send the RST in place of the host behind it; the distance is then that of the firewall. Use the result for information, not for
/// decisions. The kernel ignores a RST that does not answer this SYN, so such a RST is not measured as a refusal.
/// </remarks>
public static class RefusalProbe
{
    /// <summary>Connects to an end point and measures the distance of its refusal.</summary>
    /// <param name="endPoint">The end point that refuses. An IPv4-mapped address is reached over IPv4.</param>
    /// <param name="timeout">The limit for connecting.</param>
    /// <param name="prepareSocket">
    /// Called with the new socket before it connects, such as to bind it; it must leave the socket unconnected. Its exceptions reach the caller unchanged.
    /// </param>
    /// <param name="cancellationToken">Cancels connecting.</param>
    /// <returns>
    /// The distance, or null if it is unknown: the connection was not refused, or not in time; an ICMP message refused it; or RSTs with different TTLs arrived.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not positive.</exception>
    /// <exception cref="HopMeterUnavailableException">This process may not load the filter.</exception>
    /// <exception cref="SocketException">The socket could not be created or prepared.</exception>
    /// <exception cref="NotSupportedException">This program is forced to use Multipath TCP.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel refused to measure a socket.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static Task<HopDistance?> MeasureAsync(
        IPEndPoint endPoint, TimeSpan timeout, Action<Socket>? prepareSocket = null, CancellationToken cancellationToken = default) => MeasureAsync(
            endPoint, timeout, prepareSocket, static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp), cancellationToken);

    /// <summary>Measures with a socket that comes from a function, such as one that creates it in another network namespace.</summary>
    internal static async Task<HopDistance?> MeasureAsync(
        IPEndPoint endPoint, TimeSpan timeout, Action<Socket>? prepareSocket, Func<AddressFamily, Socket> newSocket, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        IPEndPoint target = endPoint.Address.IsIPv4MappedToIPv6 ? new(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
        ITtlSource resets = OpenSources.GetResetFilter();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(timeout);
        using Socket socket = newSocket(target.AddressFamily);
        prepareSocket?.Invoke(socket);
        KeepErrors(socket);
        Arming.Arm(resets, socket);
        // A connection that was not refused is closed with a reset, so that no port stays in TIME_WAIT.
        socket.LingerState = new LingerOption(true, 0);
        try
        {
            await socket.ConnectAsync(target, stop.Token).ConfigureAwait(false);
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused && !HasErrors(socket) && resets.Read(socket) is > 0 and var receivedTtl
                ? HopDistance.FromReceivedTtl(receivedTtl)
                : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// Makes the kernel keep the ICMP messages that end the connect (Linux 5.8: "tcp: allow traceroute -Mtcp for unpriv users"). Some of them have the same
    /// effect as a RST, and a forged RST, which the kernel ignored, may have been measured before.
    /// </summary>
    private static void KeepErrors(Socket socket)
    {
        Span<byte> on = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(on, 1);
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.SetRawSocketOption(LibC.SolIpv6, LibC.Ipv6ReceiveErrors, on);
        }
        else
        {
            socket.SetRawSocketOption(LibC.SolIp, LibC.IpReceiveErrors, on);
        }
    }

    /// <summary>Returns whether the kernel has kept an ICMP message. The connect itself has already taken the socket's error.</summary>
    private static bool HasErrors(Socket socket) => socket.Poll(TimeSpan.Zero, SelectMode.SelectError);
}
