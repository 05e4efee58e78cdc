using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Ebpf;
using Hops.Common.Interop;

namespace Hops.Sockets;

/// <summary>
/// A connect that blocks the calling thread and ends in time. .NET's blocking one knows no limit, and to end it from outside takes a timer's thread: a tenth of
/// the life of a program that makes one connection.
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
        if (error == Errno.EINPROGRESS && !Wait(socket, timeout))
        {
            throw new SocketException((int)SocketError.TimedOut);
        }

        if (error is not (Errno.None or Errno.EINPROGRESS))
        {
            // The kernel refused at once, and will say why once more. Should it think better of it: do not wait.
            socket.Blocking = false;
        }

        // A second connect(2) tells what became of the first, and .NET takes note of it.
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
        }
    }

    // Not Socket.Blocking: a socket that .NET has once made non-blocking stays so underneath, and is waited for by another thread.
    // The handle is not held: the socket is the caller's own, and nobody closes it meanwhile.
    private static void SetStatus(SafeSocketHandle socket, int flags) => _ = LibC.FileControl((int)socket.DangerousGetHandle(), LibC.SetStatusFlags, flags);
}
