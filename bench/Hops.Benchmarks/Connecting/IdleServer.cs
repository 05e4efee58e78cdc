using System.Net;
using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>
/// A server that is idle while time is measured. The kernel completes connections without it and queues them; <see cref="Drain"/> accepts and closes them
/// outside the measured time. A thread that accepted during that time would be woken by every connection, which costs the client time.
/// </summary>
internal sealed class IdleServer : IDisposable
{
    /// <summary>
    /// The number of connections that may wait; the kernel drops SYNs of any more. It is small, so that the kernel's socket objects are reused while they are
    /// in the processor's cache; every system's limit (net.core.somaxconn) is at least this.
    /// </summary>
    public const int Backlog = 100;

    private readonly Socket _listener;

    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="address">Where to listen; null for loopback.</param>
    public IdleServer(AddressFamily family, IPAddress? address = null)
    {
        _listener = new(family, SocketType.Stream, ProtocolType.Tcp);
        // The client closes first, which leaves it TIME_WAIT for each connection and, after some ten thousand, no port. Lingering for 0 s is closing with a
        // reset, and a reset ends the client's TIME_WAIT. Accepted sockets inherit this. The client itself has no system call to spare for it.
        _listener.LingerState = new LingerOption(enable: true, seconds: 0);
        _listener.Bind(new IPEndPoint(address ?? (family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback), 0));
        _listener.Listen(Backlog);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Accepts and closes connections that the client has closed already.</summary>
    public void Drain(int connections)
    {
        for (int i = 0; i < connections; i++)
        {
            _listener.Accept().Dispose();
        }
    }

    public void Dispose() => _listener.Dispose();
}
