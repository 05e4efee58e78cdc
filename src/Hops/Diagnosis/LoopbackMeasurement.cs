using System.Net.Sockets;
using Hops.Probing;

namespace Hops.Diagnosis;

/// <summary>Measures a connection over loopback, each source in its own way.</summary>
internal static class LoopbackMeasurement
{
    /// <summary>As a TCP client that has a meter.</summary>
    public static async Task<HopDistance?> OfMeterAsync(HopMeter meter, AddressFamily family, CancellationToken cancellationToken)
    {
        using LoopbackServer server = LoopbackServer.Start(family, saveSyn: false);
        using Socket client = new(family, SocketType.Stream, ProtocolType.Tcp);
        meter.Arm(client);
        await client.ConnectAsync(server.EndPoint, cancellationToken).ConfigureAwait(false);
        HopDistance? distance = meter.Read(client);
        LeaveNoPortWaiting(client);
        return distance;
    }

    /// <summary>As a TCP client that only looks.</summary>
    public static async Task<HopDistance?> OfProbesAsync(AddressFamily family, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using LoopbackServer server = LoopbackServer.Start(family, saveSyn: false);
        return (await MinimumTtlProbe.MeasureAsync(server.EndPoint, timeout, cancellationToken).ConfigureAwait(false)).Distance;
    }

    /// <summary>As a TCP server.</summary>
    public static async Task<HopDistance?> OfSavedSynAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        using LoopbackServer server = LoopbackServer.Start(family, saveSyn: true);
        using Socket client = new(family, SocketType.Stream, ProtocolType.Tcp);
        LoopbackServer.SetTtl(client);
        await client.ConnectAsync(server.EndPoint, cancellationToken).ConfigureAwait(false);
        LeaveNoPortWaiting(client);
        using Socket accepted = await server.AcceptAsync(cancellationToken).ConfigureAwait(false);
        return accepted.ReadSavedSyn();
    }

    private static void LeaveNoPortWaiting(Socket client) => client.LingerState = new LingerOption(true, 0);
}
