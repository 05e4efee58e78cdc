using System.Net.Sockets;
using Hops.Sources;

namespace Hops.Benchmarks.Connecting;

/// <summary>
/// The connection, and its distance by one source as <see cref="HopDialer"/> measures it: the connect has succeeded, so the kernel is not asked for its state.
/// </summary>
internal sealed class MeasuredVariant(string name, HopMeter meter) : IConnectVariant
{
    public const string SocketFilterName = "socket-filter";
    public const string PinnedFilterName = "pinned-filter";
    public const string SocketOptionName = "socket-option";

    private readonly ITtlSource _source = meter.TtlSource;

    public string Name => name;

    public void BeforeConnect(Socket socket) => Arming.Arm(_source, socket);

    public void AfterConnect(Socket socket)
    {
        byte receivedTtl = _source.Read(socket);
        if (receivedTtl != 64)
        {
            throw new InvalidOperationException($"The TTL from this machine read as {receivedTtl}, not as 64.");
        }
    }
}
