using System.Net;
using System.Net.Sockets;
using Hops.Http.Connecting;
using Hops.Lab;

namespace Hops.Http.Tests.Calibration;

/// <summary>The network as a process in a namespace sees it: real connections, measured by the meter of this process.</summary>
internal sealed class NetworkOfNamespace(NetworkNamespace at) : IHopNetwork
{
    private readonly HopMeter _meter = HopMeter.Open();

    public string Source => _meter.Source.ToString();

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await HostAddresses.ResolveAsync(host, cancellationToken: cancellationToken);

    public async ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        Socket socket = at.Run(() => new Socket(addresses[0].AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            _meter.Arm(socket);
            await socket.ConnectAsync(new IPEndPoint(addresses[0], port), cancellationToken);
            return new(new NetworkStream(socket, ownsSocket: true), addresses[0], _meter.Read(socket));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask ProveAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
