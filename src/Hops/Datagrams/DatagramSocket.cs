using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hops.Common.Interop;

namespace Hops.Datagrams;

/// <summary>Receives datagrams with their TTL; <see cref="DatagramExtensions"/> says how that behaves.</summary>
internal static class DatagramSocket
{
    public static void ReportHops(Socket socket)
    {
        Span<byte> on = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(on, 1);
        // A dual-mode socket has both kinds of senders, and each kind its option.
        socket.SetRawSocketOption(LibC.SolIp, LibC.IpReceiveTtl, on);
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.SetRawSocketOption(LibC.SolIpv6, LibC.Ipv6ReceiveHopLimit, on);
        }
    }

    public static Datagram Receive(Socket socket, Span<byte> buffer, SocketAddress? sender)
    {
        long start = 0;
        for (int flags = socket.Blocking ? 0 : LibC.MessageDoNotWait; ;)
        {
            if (Reception.TryReceive(socket, buffer, sender, flags, out Datagram datagram))
            {
                return datagram;
            }

            if (!socket.Blocking)
            {
                throw new SocketException((int)SocketError.WouldBlock);
            }

            // Its own timeout, or a socket that blocks only for .NET: one that was used asynchronously is not blocking for the kernel.
            TimeSpan timeout = ReceiveTimeout(socket);
            start = start == 0 ? Stopwatch.GetTimestamp() : start;
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            flags = LibC.MessageDoNotWait;
            if (timeout == Timeout.InfiniteTimeSpan)
            {
                socket.Poll(timeout, SelectMode.SelectRead);
            }
            else if (left <= TimeSpan.Zero)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }
            else
            {
                socket.Poll(left, SelectMode.SelectRead);
            }
        }
    }

    public static ValueTask<Datagram> ReceiveAsync(Socket socket, Memory<byte> buffer, SocketAddress? sender, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<Datagram>(cancellationToken)
            : Reception.TryReceive(socket, buffer.Span, sender, LibC.MessageDoNotWait, out Datagram datagram) ? ValueTask.FromResult(datagram)
            : WaitAsync(socket, buffer, sender, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Datagram> WaitAsync(Socket socket, Memory<byte> buffer, SocketAddress? sender, CancellationToken cancellationToken)
    {
        Datagram datagram;
        do
        {
            // Waits without receiving, because .NET's receive would take the datagram and not return the TTL.
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek, cancellationToken).ConfigureAwait(false);
        }
        while (!Reception.TryReceive(socket, buffer.Span, sender, LibC.MessageDoNotWait, out datagram));
        return datagram;
    }

    /// <summary>Not <see cref="Socket.ReceiveTimeout"/>, which allocates.</summary>
    private static TimeSpan ReceiveTimeout(Socket socket)
    {
        // struct timeval of 64-bit Linux.
        Span<byte> time = stackalloc byte[16];
        socket.GetRawSocketOption(LibC.SolSocket, LibC.SoReceiveTimeout, time);
        long microseconds = (BinaryPrimitives.ReadInt64LittleEndian(time) * 1_000_000) + BinaryPrimitives.ReadInt64LittleEndian(time[8..]);
        return microseconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMicroseconds(microseconds);
    }
}
