using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Ebpf;
using Hops.Common.Interop;

namespace Hops.Sockets;

/// <summary>
/// A connect with a time limit that blocks the calling thread. .NET's blocking connect has no limit, and ending it from outside needs a timer's thread, which
/// takes a tenth of the running time of a program that makes one connection.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class BlockingConnect
{
    /// <summary>.NET waits at most as many microseconds as an <see cref="int"/> holds at a time: half an hour.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    /// <param name="socket">A fresh one, which blocks.</param>
    /// <param name="endPoint">Where to.</param>
    /// <param name="timeout">How long it may take, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <exception cref="SocketException">No connection, or none in time: <see cref="SocketError.TimedOut"/>.</exception>
    public static void Run(Socket socket, IPEndPoint endPoint, TimeSpan timeout)
    {
        SetStatus(socket.SafeHandle, LibC.OpenNonBlocking);
        Errno error = Start(socket.SafeHandle, endPoint.Serialize());
        SetStatus(socket.SafeHandle, 0);
        if (error == Errno.EINPROGRESS)
        {
            ThrowIfFailed(socket);
            if (!Wait(socket, timeout))
            {
                throw new SocketException((int)SocketError.TimedOut);
            }
        }

        if (error is not (Errno.None or Errno.EINPROGRESS))
        {
            // The kernel refused at once. The second connect(2) below returns the reason again; if it does not, do not wait.
            socket.Blocking = false;
        }

        // A second connect(2) returns the result of the first, and .NET updates the socket's state.
        socket.Connect(endPoint);
    }

    private static unsafe Errno Start(SafeHandle socket, SocketAddress address)
    {
        fixed (byte* bytes = address.Buffer.Span)
        {
            return LibC.Connect(socket, bytes, (uint)address.Size) == 0 ? Errno.None : LibC.LastError;
        }
    }

    private static bool Wait(Socket socket, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? LongestWait : timeout - Stopwatch.GetElapsedTime(start);
            if (left < TimeSpan.Zero || socket.Poll(left < LongestWait ? left : LongestWait, SelectMode.SelectWrite))
            {
                return left >= TimeSpan.Zero;
            }

            ThrowIfFailed(socket);
            DropErrors(socket);
        }
    }

    /// <summary>.NET makes the kernel keep ICMP errors over IPv4: one that did not end the connect would wake the waiting thread again and again.</summary>
    private static void DropErrors(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.InterNetwork)
        {
            Span<byte> off = stackalloc byte[sizeof(int)];
            off.Clear();
            socket.SetRawSocketOption(LibC.SolIp, LibC.IpReceiveErrors, off);
        }
    }

    /// <summary>
    /// An error of ICMP that came while connect(2) had the socket locked, as from a firewall on this machine, does not end the connect (Linux: tcp_v4_err): the
    /// kernel only returns it on request, and otherwise sends the SYN again after a second.
    /// </summary>
    private static void ThrowIfFailed(Socket socket)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        if (SocketValue.Get(socket, LibC.SolSocket, LibC.SoError, value) == sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(value) is not 0 and var error)
        {
            throw new SocketException((int)((Errno)error switch
            {
                Errno.ECONNREFUSED => SocketError.ConnectionRefused,
                Errno.EHOSTUNREACH => SocketError.HostUnreachable,
                Errno.ENETUNREACH => SocketError.NetworkUnreachable,
                Errno.EACCES => SocketError.AccessDenied,
                _ => SocketError.SocketError,
            }));
        }
    }

    // Not Socket.Blocking: a socket that .NET has once made non-blocking stays so underneath, and is waited for by another thread. The handle needs no
    // reference: the socket is the caller's own and is not closed in the meantime.
    private static void SetStatus(SafeSocketHandle socket, int flags) => _ = LibC.FileControl((int)socket.DangerousGetHandle(), LibC.SetStatusFlags, flags);
}
