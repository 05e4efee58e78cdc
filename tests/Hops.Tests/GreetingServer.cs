using System.Net;
using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Tests;

/// <summary>A TCP server over IPv6 that speaks first: one byte to each connection, as soon as it is there.</summary>
internal sealed class GreetingServer : IDisposable
{
    private readonly Socket _listener;

    private GreetingServer(Socket listener) => _listener = listener;

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public static GreetingServer Start(NetworkNamespace at)
    {
        GreetingServer server = new(Connecting.NewSocket(at, AddressFamily.InterNetworkV6));
        server._listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        server._listener.Listen(1024);
        new Thread(server.Greet) { IsBackground = true }.Start();
        return server;
    }

    public void Dispose() => _listener.Dispose();

    private void Greet()
    {
        try
        {
            for (; ; )
            {
                GreetAsync(_listener.Accept());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private static async void GreetAsync(Socket connection)
    {
        using (connection)
        {
            try
            {
                connection.Send([1]);
                await connection.ReceiveAsync(new byte[1]);
            }
            catch (SocketException)
            {
                // The client reset the connection: it has read what it wanted.
            }
        }
    }
}
