using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Sockets;

namespace Hops.Probing;

/// <summary>A TCP socket that accepts only packets whose TTL is not below a threshold, and reports whether it has dropped one.</summary>
internal sealed class ProbeSocket : IDisposable
{
    // SK_MEMINFO_DROPS of linux/sock_diag.h is the ninth of these numbers.
    private const int DropsOffset = 8 * sizeof(uint);

    private readonly Socket _socket;

    /// <param name="socket">A new TCP socket, which belongs to this object from now on.</param>
    /// <param name="threshold">The minimum TTL.</param>
    /// <exception cref="NotSupportedException">The protocol does not support a minimum TTL.</exception>
    /// <exception cref="SocketException">The kernel refused for another reason.</exception>
    public ProbeSocket(Socket socket, int threshold)
    {
        _socket = socket;
        try
        {
            Span<byte> value = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(value, threshold);
            (int level, int option) = socket.AddressFamily == AddressFamily.InterNetworkV6
                ? (LibC.SolIpv6, LibC.Ipv6MinimumHopCount)
                : (LibC.SolIp, LibC.IpMinimumTtl);
            SetThreshold(level, option, value);
            // Closed with a reset, so that no port stays in TIME_WAIT.
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public bool HasDropped
    {
        get
        {
            Span<byte> information = stackalloc byte[64];
            int length = _socket.GetRawSocketOption(LibC.SolSocket, LibC.SoMemoryInformation, information);
            if (length < DropsOffset + sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(information[DropsOffset..]) == 0)
            {
                return false;
            }

            // The state is read afterwards: a packet dropped by an established connection was not the answer to its SYN.
            return TcpInfo.IsConnecting(_socket);
        }
    }

    private void SetThreshold(int level, int option, ReadOnlySpan<byte> value)
    {
        try
        {
            _socket.SetRawSocketOption(level, option, value);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
        {
            string name = level == LibC.SolIp ? "IP_MINTTL" : "IPV6_MINHOPCOUNT";
            throw new NotSupportedException(
                "This socket cannot probe: its protocol (such as MPTCP) or this kernel does not support a minimum TTL; "
                + $"use plain TCP (setsockopt({name}): {e.Message}).",
                e);
        }
    }

    public Task ConnectAsync(IPEndPoint target, CancellationToken stop) => _socket.ConnectAsync(target, stop).AsTask();

    public void Dispose() => _socket.Dispose();
}
