using System.Buffers.Binary;
using System.Net.Sockets;
using Ebpf.Contexts;
using Hops.Common.Interop;

namespace Hops.Sockets;

/// <summary>
/// What the kernel says about a TCP socket (<c>TCP_INFO</c>). <see cref="Socket.Connected"/> says what .NET believes, which a socket option or a raw call
/// makes wrong.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/tcp.7.html"/>
internal static class TcpInfo
{
    // struct tcp_info: tcpi_state is its first byte; tcpi_segs_in is there since Linux 4.2 (commit 2efd055c53c0).
    private const int SegmentsIn = 140;

    /// <summary>
    /// Whether the handshake is complete and this end has closed nothing: ESTABLISHED, or CLOSE_WAIT, which only an established connection enters, when its
    /// peer closes. In these two states, and no others, the kernel sends what an application writes.
    /// </summary>
    public static bool IsEstablished(Socket socket)
    {
        Span<byte> state = stackalloc byte[1];
        return SocketValue.Get(socket, LibC.SolTcp, LibC.TcpInformation, state) == 1 && state[0] is TcpState.Established or TcpState.CloseWait;
    }

    /// <summary>Whether the socket waits for the answer to its SYN.</summary>
    public static bool IsConnecting(Socket socket)
    {
        Span<byte> state = stackalloc byte[1];
        return SocketValue.Get(socket, LibC.SolTcp, LibC.TcpInformation, state) == 1 && state[0] == TcpState.SynSent;
    }

    /// <summary>Whether exactly one segment has arrived since the connect. False also where the kernel does not count.</summary>
    public static bool HasReceivedOneSegment(Socket socket)
    {
        Span<byte> info = stackalloc byte[SegmentsIn + sizeof(uint)];
        return SocketValue.Get(socket, LibC.SolTcp, LibC.TcpInformation, info) == info.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(info[SegmentsIn..]) == 1;
    }
}
