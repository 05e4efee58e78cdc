using System.Net;
using System.Net.Sockets;
using Hops.Datagrams;
using Hops.Probing;
using Hops.Sources;

namespace Hops.Diagnosis;

/// <summary>Measures a connection over loopback, each source in its own way.</summary>
internal static class LoopbackMeasurement
{
    /// <summary>As a TCP client.</summary>
    public static async Task<HopDistance?> OfClientAsync(ITtlSource source, AddressFamily family, CancellationToken cancellationToken)
    {
        using LoopbackServer server = LoopbackServer.Start(family, saveSyn: false);
        using Socket client = new(family, SocketType.Stream, ProtocolType.Tcp);
        Arming.Arm(source, client);
        await client.ConnectAsync(server.EndPoint, cancellationToken).ConfigureAwait(false);
        byte receivedTtl = source.Read(client);
        LeaveNoPortWaiting(client);
        return receivedTtl == 0 ? null : HopDistance.FromReceivedTtl(receivedTtl);
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
        return SavedSynOption.Read(accepted);
    }

    /// <summary>As a receiver of datagrams.</summary>
    public static async Task<HopDistance?> OfDatagramAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        using Socket receiver = new(family, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(LoopbackServer.AddressOf(family), 0));
        DatagramSocket.ReportHops(receiver);
        using Socket sender = new(family, SocketType.Dgram, ProtocolType.Udp);
        LoopbackServer.SetTtl(sender);
        await sender.SendToAsync(new byte[1], receiver.LocalEndPoint!, cancellationToken).ConfigureAwait(false);
        return (await DatagramSocket.ReceiveAsync(receiver, new byte[1], null, cancellationToken).ConfigureAwait(false)).Distance;
    }

    private static void LeaveNoPortWaiting(Socket client) => client.LingerState = new LingerOption(true, 0);
}
