using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hops.Tests;

/// <summary>Raw calls on a socket, which .NET does not notice.</summary>
internal static partial class RawCalls
{
    private const int SolTcp = 6;
    private const int TcpFastOpenConnect = 30;

    public static void Connect(Socket socket, IPEndPoint endPoint)
    {
        SocketAddress address = endPoint.Serialize();
        Assert.Equal(0, Connect(socket.SafeHandle, address.Buffer.ToArray(), (uint)address.Size));
    }

    /// <summary>A connect to no family ends the connection and leaves the socket unconnected, as a new one (connect(2)).</summary>
    public static void Disconnect(Socket socket) => Assert.Equal(0, Connect(socket.SafeHandle, new byte[16], 16));

    /// <summary>From now on a connect only prepares: the first data is what connects (linux/tcp.h).</summary>
    public static void DeferConnect(Socket socket) => socket.SetRawSocketOption(SolTcp, TcpFastOpenConnect, BitConverter.GetBytes(1));

    [LibraryImport("libc", EntryPoint = "connect")]
    private static partial int Connect(SafeHandle socket, byte[] address, uint length);
}
