using System.Net;
using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Tests;

/// <summary>Measured connections in a lab network.</summary>
internal static class Connecting
{
    public static Socket NewSocket(NetworkNamespace at, AddressFamily family, bool dualMode = false) => at.Run(() =>
    {
        Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp);
        if (dualMode)
        {
            socket.DualMode = true;
        }

        return socket;
    });

    /// <summary>
    /// A first connection, which is not measured. A new link may lose its first packets, and the answer that is then sent twice is unknown to the socket
    /// option.
    /// </summary>
    public static void WarmUp(LabNetwork lab, int port)
    {
        using Socket socket = NewSocket(lab.Client, AddressFamily.InterNetworkV6);
        socket.Connect(lab.ServerAddress(AddressFamily.InterNetworkV6), port);
    }

    /// <summary>Connects and reads; the reset at the end leaves no port waiting.</summary>
    public static HopDistance? Measure(HopMeter meter, Socket socket, IPAddress address, int port)
    {
        meter.Arm(socket);
        socket.Connect(address, port);
        HopDistance? distance = meter.Read(socket);
        socket.LingerState = new LingerOption(true, 0);
        return distance;
    }

    public static async Task<HopDistance?> MeasureAsync(HopMeter meter, Socket socket, IPAddress address, int port)
    {
        meter.Arm(socket);
        await socket.ConnectAsync(address, port, TestContext.Current.CancellationToken);
        return meter.Read(socket);
    }
}
