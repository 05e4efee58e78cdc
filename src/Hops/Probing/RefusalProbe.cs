using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Sources;

namespace Hops.Probing;

/// <summary>
/// Measures how far away whoever refuses a connection is: from the TTL of the RST that answers the SYN, by a connection made for that purpose. Needs
/// <c>CAP_BPF</c>, as <see cref="HopSource.SocketFilter"/> does.
/// </summary>
/// <remarks>
/// A firewall on the way may send the RST in the name of a host behind it: the distance is that of whoever refused, and says nothing of where the host is. It
/// is for looking, not for deciding. The kernel's own check stands before it: a RST that does not answer this SYN refuses nothing.
/// </remarks>
public static class RefusalProbe
{
    /// <summary>Connects, and measures the refusal.</summary>
    /// <param name="endPoint">Who refuses. An IPv4-mapped address is reached over IPv4.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="prepareSocket">
    /// Called with the new socket before it connects, such as to bind it; it must leave it unconnected. What it throws passes through.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>
    /// The distance; or null when it is unknown: the connection was not refused, or not in time; an ICMP message refused it; or RSTs of different TTLs came.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not positive.</exception>
    /// <exception cref="HopMeterUnavailableException">This process may not load the filter.</exception>
    /// <exception cref="SocketException">This host did not let a socket be made or prepared.</exception>
    /// <exception cref="NotSupportedException">Multipath TCP is forced upon this program.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel did not let a socket be measured.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static Task<HopDistance?> MeasureAsync(
        IPEndPoint endPoint, TimeSpan timeout, Action<Socket>? prepareSocket = null, CancellationToken cancellationToken = default) => MeasureAsync(
            endPoint, timeout, prepareSocket, static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp), cancellationToken);

    /// <param name="endPoint">Who refuses.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="prepareSocket">Prepares the socket.</param>
    /// <param name="newSocket">Makes sockets: where they are made decides in which network they are.</param>
    /// <param name="cancellationToken">Cancels.</param>
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
        // What was not refused is closed with a reset: no port waits.
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
    /// Has the kernel keep the ICMP messages that end the connect (Linux 5.8: "tcp: allow traceroute -Mtcp for unpriv users"). Some of them refuse
    /// it as a RST does, and a forged RST, which refuses nothing, may have come before.
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

    /// <summary>Whether an ICMP message is kept: the connect's own error has been taken.</summary>
    private static bool HasErrors(Socket socket) => socket.Poll(TimeSpan.Zero, SelectMode.SelectError);
}
