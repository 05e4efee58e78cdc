using System.Net;
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

    /// <summary>As a receiver of datagrams.</summary>
    public static async Task<HopDistance?> OfDatagramAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        using Socket receiver = new(family, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(LoopbackServer.AddressOf(family), 0));
        receiver.ReportHops();
        using Socket sender = new(family, SocketType.Dgram, ProtocolType.Udp);
        LoopbackServer.SetTtl(sender);
        await sender.SendToAsync(new byte[1], receiver.LocalEndPoint!, cancellationToken).ConfigureAwait(false);
        return (await receiver.ReceiveDatagramAsync(new byte[1], cancellationToken: cancellationToken).ConfigureAwait(false)).Distance;
    }

    private static void LeaveNoPortWaiting(Socket client) => client.LingerState = new LingerOption(true, 0);
}
