using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>The connection, and its distance by <see cref="HopMeter"/> with one source.</summary>
/// <exception cref="HopMeterUnavailableException">This process cannot use the source.</exception>
internal sealed class MeasuredVariant(string name, HopSource source) : IConnectVariant
{
    public const string SocketFilterName = "socket-filter";
    public const string PinnedFilterName = "pinned-filter";
    public const string SocketOptionName = "socket-option";

    private readonly HopMeter _meter = HopMeter.Open(source);

    public string Name => name;

    public void BeforeConnect(Socket socket) => _meter.Arm(socket);

    public void AfterConnect(Socket socket)
    {
        HopDistance? distance = _meter.Read(socket);
        if (distance is not { Hops: 0 })
        {
            throw new InvalidOperationException($"The distance to this machine read as {distance?.ToString() ?? "unknown"}, not as 0 hops.");
        }
    }
}
