using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Sources;

namespace Hops.Diagnosis;

/// <summary>
/// Listens on the loopback address of a family, and answers with an unusual initial TTL, so that a source which measures another TTL did not measure these
/// answers.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly Socket _listener;

    private LoopbackServer(Socket listener) => _listener = listener;

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <returns>Why there can be no connection over a family's loopback address, or null where there can.</returns>
    public static string? WhyOff(AddressFamily family) =>
        HasWayTo(AddressOf(family)) ? null
        : family == AddressFamily.InterNetworkV6 && HasWayTo(IPAddress.Loopback) ? "IPv6 is off here: there is no ::1"
        : "the loopback interface is down here";

    /// <summary>An initial TTL that systems do use, but not Linux by itself, and another one for each family.</summary>
    public static int TtlOf(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? 255 : 128;

    /// <summary>Has the packets of a socket start with the TTL of its family.</summary>
    public static void SetTtl(Socket socket)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(value, TtlOf(socket.AddressFamily));
        (int level, int option) = socket.AddressFamily == AddressFamily.InterNetworkV6 ? (LibC.SolIpv6, LibC.Ipv6UnicastHops) : (LibC.SolIp, LibC.IpTtl);
        socket.SetRawSocketOption(level, option, value);
    }

    public static IPAddress AddressOf(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;

    /// <exception cref="SocketException">There is no such address here, or the kernel refused otherwise.</exception>
    public static LoopbackServer Start(AddressFamily family, bool saveSyn)
    {
        Socket listener = new(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            SetTtl(listener);
            if (saveSyn)
            {
                SavedSynOption.Save(listener);
            }

            listener.Bind(new IPEndPoint(AddressOf(family), 0));
            listener.Listen(Probing.MinimumTtlProbe.MaximumConnections);
            return new LoopbackServer(listener);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken) => _listener.AcceptAsync(cancellationToken);

    public void Dispose() => _listener.Dispose();

    // Connecting a UDP socket looks the route up, and sends nothing (udp(7)).
    private static bool HasWayTo(IPAddress address)
    {
        const int AnyPort = 9;
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(address, AnyPort);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable
            or SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown)
        {
            return false;
        }
    }
}
