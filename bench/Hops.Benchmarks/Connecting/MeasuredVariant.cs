using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>The connection, and its distance by <see cref="HopMeter"/>.</summary>
internal sealed class MeasuredVariant : IConnectVariant
{
    public const string VariantName = "measured";

    private readonly HopMeter _meter = HopMeter.Open();

    public string Name => VariantName;

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
