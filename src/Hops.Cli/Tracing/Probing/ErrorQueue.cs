using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>The errors that the kernel keeps for a socket (<c>IP_RECVERR</c>, <c>IPV6_RECVERR</c>), for which no right is needed.</summary>
internal static unsafe class ErrorQueue
{
    // Errors with their sender take 64 bytes, a TTL 24.
    private const int ControlRoom = 256;

    /// <summary>Has the kernel keep ICMP errors for a socket, with the TTL that each arrives with.</summary>
    public static void Open(Socket socket)
    {
        bool isIpv4 = socket.AddressFamily == AddressFamily.InterNetwork;
        int level = isIpv4 ? LibC.SolIp : LibC.SolIpv6;
        socket.SetRawSocketOption(level, isIpv4 ? LibC.IpReceiveErrors : LibC.Ipv6ReceiveErrors, BitConverter.GetBytes(1));
        socket.SetRawSocketOption(level, isIpv4 ? LibC.IpReceiveTtl : LibC.Ipv6ReceiveHopLimit, BitConverter.GetBytes(1));
    }

    /// <summary>Takes the next ICMP error.</summary>
    /// <returns>Null where there is none.</returns>
    public static IcmpError? Take(Socket socket)
    {
        Span<byte> control = stackalloc byte[ControlRoom];
        byte packet;
        LibC.Buffer buffer = new() { Start = &packet, Length = 1 };
        fixed (byte* controlBytes = control)
        {
            while (true)
            {
                LibC.Message message = new() { Buffers = &buffer, BufferCount = 1, Control = controlBytes, ControlLength = ControlRoom };
                if (LibC.ReceiveMessage(socket.SafeHandle, &message, LibC.MessageErrorQueue | LibC.MessageDoNotWait) < 0)
                {
                    if (LibC.LastError == Errno.EINTR)
                    {
                        continue;
                    }

                    return null;
                }

                // What was sent too large for the path, for one, is an error of another kind.
                if (IcmpError.Parse(control[..(int)message.ControlLength]) is { } error)
                {
                    return error;
                }
            }
        }
    }
}
