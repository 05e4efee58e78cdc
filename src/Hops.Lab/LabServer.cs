using System.Net;
using System.Net.Sockets;

namespace Hops.Lab;

/// <summary>A TCP server for IPv4 and IPv6 in a namespace, or where this process is: accepts each connection, and closes it when the client does.</summary>
public sealed class LabServer : IDisposable
{
    private const int IpProtoIpv6 = 41;
    private const int Ipv6UnicastHops = 16;

    private readonly Socket _listener;

    private LabServer(Socket listener)
    {
        _listener = listener;
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="at">Where; null for the network of this process.</param>
    /// <param name="port">The port, or 0 for any that is free.</param>
    /// <param name="initialTtl">The TTL and hop limit of its SYN+ACKs; null for the system's.</param>
    public static LabServer Start(NetworkNamespace? at = null, int port = 0, int? initialTtl = null)
    {
        Socket listener = at is null ? Listen(port, initialTtl) : at.Run(() => Listen(port, initialTtl));
        LabServer server = new(listener);
        _ = server.AcceptAsync();
        return server;
    }

    /// <summary>Stops accepting.</summary>
    public void Dispose() => _listener.Dispose();

    private static Socket Listen(int port, int? initialTtl)
    {
        Socket listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        try
        {
            if (initialTtl is { } ttl)
            {
                listener.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IpTimeToLive, ttl);
                listener.SetRawSocketOption(IpProtoIpv6, Ipv6UnicastHops, BitConverter.GetBytes(ttl));
            }

            listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            listener.Listen(1024);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            for (; ; )
            {
                _ = HoldAsync(await _listener.AcceptAsync().ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private static async Task HoldAsync(Socket connection)
    {
        using (connection)
        {
            try
            {
                byte[] sink = new byte[1];
                while (await connection.ReceiveAsync(sink).ConfigureAwait(false) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // The client reset the connection: closed is closed.
            }
        }
    }
}
