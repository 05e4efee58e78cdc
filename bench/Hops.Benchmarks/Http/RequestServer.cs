using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hops.Benchmarks.Http;

/// <summary>
/// A minimal HTTP server: a thread that serves one connection at a time and answers every packet. It reports the memory that it allocates, which is
/// subtracted from the client's.
/// </summary>
internal sealed class RequestServer : IDisposable
{
    private readonly byte[] _answer;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Thread _thread;
    private Socket? _accepted;
    private long _allocatedBytes;

    /// <param name="closes">Whether the client is told to close the connection after each answer.</param>
    public RequestServer(bool closes)
    {
        _answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: {(closes ? "close" : "keep-alive")}\r\nContent-Length: 2\r\n\r\nok");

        // A reset ends the client's TIME_WAIT: see IdleServer. Accepted sockets inherit this.
        _listener.LingerState = new LingerOption(enable: true, seconds: 0);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new Uri($"http://{_listener.LocalEndPoint}/");
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public Uri Address { get; }

    public long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

    public void Dispose()
    {
        _listener.Dispose();
        _accepted?.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                using Socket accepted = _accepted = _listener.Accept();
                accepted.NoDelay = true;
                Volatile.Write(ref _allocatedBytes, GC.GetAllocatedBytesForCurrentThread());

                // The client is on this machine, and its requests are short: each arrives whole.
                while (accepted.Receive(buffer) > 0)
                {
                    accepted.Send(_answer);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
