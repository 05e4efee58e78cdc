using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>Reads the errors that the kernel queues for a socket (<c>IP_RECVERR</c>, <c>IPV6_RECVERR</c>), which needs no right.</summary>
internal static unsafe class ErrorQueue
{
    // An error with its sender takes 64 bytes, a TTL 24.
    private const int ControlRoom = 256;

    /// <summary>Makes the kernel queue ICMP errors for a socket, each with the TTL with which it arrived.</summary>
    public static void Open(Socket socket)
    {
        bool isIpv4 = socket.AddressFamily == AddressFamily.InterNetwork;
        int level = isIpv4 ? LibC.SolIp : LibC.SolIpv6;
        socket.SetRawSocketOption(level, isIpv4 ? LibC.IpReceiveErrors : LibC.Ipv6ReceiveErrors, BitConverter.GetBytes(1));
        socket.SetRawSocketOption(level, isIpv4 ? LibC.IpReceiveTtl : LibC.Ipv6ReceiveHopLimit, BitConverter.GetBytes(1));
    }

    /// <summary>Removes the next ICMP error from the queue.</summary>
    /// <returns>Null if there is none.</returns>
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

                // For example, a packet too large for the path leads to an error of another kind.
                if (IcmpError.Parse(control[..(int)message.ControlLength]) is { } error)
                {
                    return error;
                }
            }
        }
    }
}
