using System.Net;
using System.Net.Sockets;
using Hops.Dialing;

namespace Hops;

/// <summary>A connected TCP socket, and how far away its other end is. Disposing it closes the socket.</summary>
public sealed class HopConnection : IDisposable
{
    internal HopConnection(DialedSocket dialed)
    {
        Socket = dialed.Socket;
        RemoteEndPoint = dialed.RemoteEndPoint;
        Distance = dialed.Distance;
        ConnectTime = dialed.ConnectTime;
    }

    /// <summary>The connected socket: an ordinary one.</summary>
    public Socket Socket { get; }

    /// <summary>The address and port that it is connected to, and that the distance is of.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>The distance of whoever answered the connect, or null when it is unknown.</summary>
    public HopDistance? Distance { get; }

    /// <summary>How long this socket's connect took, without the look-up of the name and without other addresses that were tried.</summary>
    public TimeSpan ConnectTime { get; }

    /// <summary>A stream over the socket. The stream owns the socket: dispose either it or the connection.</summary>
    public NetworkStream GetStream() => new(Socket, ownsSocket: true);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => Socket.Dispose();
}
