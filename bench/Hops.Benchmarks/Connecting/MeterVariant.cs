using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>
/// The connection, and its distance by a <see cref="HopMeter"/> for sockets that other code connects: it asks the kernel whether the connect has succeeded.
/// </summary>
internal sealed class MeterVariant(HopMeter meter) : IConnectVariant
{
    public const string VariantName = "meter";

    public string Name => VariantName;

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
