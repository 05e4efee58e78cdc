using System.Net;
using System.Net.Sockets;

namespace Ebpf.Tests;

/// <summary>Sockets as several tests need them.</summary>
internal static class TestSockets
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;

    /// <summary>A TCP socket that listens on 127.0.0.1.</summary>
    /// <param name="port">0 for any.</param>
    /// <param name="reusePort">Whether other sockets may listen there, too.</param>
    public static Socket Listening(int port, bool reusePort)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (reusePort)
        {
            socket.SetRawSocketOption(SolSocket, SoReusePort, [1, 0, 0, 0]);
        }

        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }

    /// <summary>The first byte of the next datagram, which must come.</summary>
    public static byte ReceiveOne(Socket receiver)
    {
        byte[] buffer = new byte[16];
        Assert.True(receiver.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
        receiver.Receive(buffer);
        return buffer[0];
    }
}
