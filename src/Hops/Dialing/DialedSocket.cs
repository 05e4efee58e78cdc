using System.Net;
using System.Net.Sockets;

namespace Hops.Dialing;

/// <summary>A socket that was connected and measured.</summary>
/// <param name="Socket">The socket.</param>
/// <param name="RemoteEndPoint">What it is connected to.</param>
/// <param name="Distance">How far away that is; null when it is unknown.</param>
/// <param name="ConnectTime">How long the connect took.</param>
internal readonly record struct DialedSocket(Socket Socket, IPEndPoint RemoteEndPoint, HopDistance? Distance, TimeSpan ConnectTime)
{
    /// <summary>Closes an unused connection with a reset. An ordinary close would leave it in TIME_WAIT (RFC 9293, section 3.3.2).</summary>
    public void Discard()
    {
        try
        {
            Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (SocketException)
        {
            // The other end has closed it already.
        }

        Socket.Dispose();
    }
}
