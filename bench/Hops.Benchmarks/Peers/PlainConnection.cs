using System.Net.Sockets;

namespace Hops.Benchmarks.Peers;

/// <summary>A connection to the target, from the network of this thread.</summary>
internal static class PlainConnection
{
    public static void Make(PeerTarget target)
    {
        using Socket socket = new(target.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(target.Address, target.Port);
        Reset(socket);
    }

    /// <summary>Closes with a reset, which is the last packet.</summary>
    public static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}
