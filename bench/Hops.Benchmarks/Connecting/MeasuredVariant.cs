using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>The connection, and its distance by <see cref="HopMeter"/> with one source.</summary>
internal sealed class MeasuredVariant(string name, HopMeter meter) : IConnectVariant
{
    public const string SocketFilterName = "socket-filter";
    public const string PinnedFilterName = "pinned-filter";
    public const string SocketOptionName = "socket-option";

    public string Name => name;

    public void BeforeConnect(Socket socket) => meter.Arm(socket);

    public void AfterConnect(Socket socket)
    {
        HopDistance? distance = meter.Read(socket);
        if (distance is not { Hops: 0 })
        {
            throw new InvalidOperationException($"The distance to this machine read as {distance?.ToString() ?? "unknown"}, not as 0 hops.");
        }
    }
}
