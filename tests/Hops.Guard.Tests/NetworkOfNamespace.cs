using System.Net;
using System.Net.Sockets;
using Hops.Guard.Connecting;
using Hops.Lab;

namespace Hops.Guard.Tests;

/// <summary>The network as a process in a namespace sees it: real connections, measured by the meter of this process.</summary>
internal sealed class NetworkOfNamespace(NetworkNamespace at) : HopNetwork
{
    private readonly HopMeter _meter = HopMeter.Open();

    public override string Source => _meter.Source.ToString();

    public override async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await HostAddresses.ResolveAsync(host, cancellationToken: cancellationToken);

    public override async ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
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

    public override ValueTask VerifyAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
