using System.Net;
using System.Net.Sockets;

namespace Hops.Testing.Serving;

/// <summary>A server that really listens somewhere.</summary>
internal sealed class RealServer(IPEndPoint endPoint) : IResponder
{
    public async ValueTask<Stream> OpenAsync(IConnectionObserver connection, CancellationToken cancellationToken)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        NetworkStream stream = new(socket, ownsSocket: true);
        return new DuplexStream(stream, stream, connection.Sent, connection.Closed);
    }
}
