using System.Net;
using System.Net.Sockets;

namespace Hops.Http.Connecting;

/// <summary>The network of a machine that cannot measure (Windows, macOS, no rights): all distances are unknown.</summary>
internal sealed class UnmeasuredNetwork(TimeSpan connectTimeout) : IHopNetwork
{
    public string Source => "none";

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await HostAddresses.ResolveAsync(host, AddressFamily.Unspecified, cancellationToken).ConfigureAwait(false);

    public async ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(connectTimeout);
        SocketException? failure = null;
        foreach (IPAddress address in addresses)
        {
            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), timeout.Token).ConfigureAwait(false);
                return new(new NetworkStream(socket, ownsSocket: true), address, null);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                failure = e;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                socket.Dispose();
                throw new SocketException((int)SocketError.TimedOut);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failure!;
    }

    public ValueTask ProveAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing measures here.");
}
