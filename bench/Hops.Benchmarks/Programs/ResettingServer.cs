using System.Net;
using System.Net.Sockets;

namespace Hops.Benchmarks.Programs;

/// <summary>
/// A server at all addresses of this machine. It closes each connection after many others have come, with a reset, so that no port of a client has to wait.
/// </summary>
internal sealed class ResettingServer : IDisposable
{
    /// <summary>
    /// The number of open connections: enough that a client has read its answer even if its thread had to wait, and fewer than a process may have.
    /// </summary>
    private const int Kept = 16_384;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Thread _thread;

    public ResettingServer()
    {
        // Accepted sockets inherit it: to linger for 0 s is to close with a reset.
        _listener.LingerState = new LingerOption(enable: true, seconds: 0);
        _listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        _listener.Listen(int.MaxValue);
        _thread = new Thread(Serve);
        _thread.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        Socket?[] kept = new Socket?[Kept];
        try
        {
            for (int next = 0; ; next = (next + 1) % Kept)
            {
                Socket connection = _listener.Accept();
                kept[next]?.Dispose();
                kept[next] = connection;
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted)
        {
            // Disposed.
        }
        finally
        {
            foreach (Socket? connection in kept)
            {
                connection?.Dispose();
            }
        }
    }
}
