using System.Net;
using System.Net.Sockets;
using Hops.Dialing;

namespace Hops;

/// <summary>Represents a connected TCP socket and the distance of its other end. Disposing it closes the socket.</summary>
public sealed class HopConnection : IDisposable
{
    internal HopConnection(DialedSocket dialed)
    {
        Socket = dialed.Socket;
        RemoteEndPoint = dialed.RemoteEndPoint;
        Distance = dialed.Distance;
        ConnectTime = dialed.ConnectTime;
    }

    /// <summary>Gets the connected socket.</summary>
    public Socket Socket { get; }

    /// <summary>Gets the address and port that the socket is connected to.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>Gets the distance of the machine that answered the connect, or null if it is unknown.</summary>
    public HopDistance? Distance { get; }

    /// <summary>Gets the duration of this socket's connect, without the look-up of the name and without attempts to other addresses.</summary>
    public TimeSpan ConnectTime { get; }

    /// <summary>Returns a new stream that owns the socket: dispose of either the stream or this connection.</summary>
    public NetworkStream GetStream() => new(Socket, ownsSocket: true);

    /// <summary>Closes the socket.</summary>
    public void Dispose() => Socket.Dispose();
}
