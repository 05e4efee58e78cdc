using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Hops.Sockets;
using Hops.Sources;

namespace Hops.Dialing;

/// <summary>
/// Connects to one address and measures the connection. If its distance is unknown, a second connection is made, which replaces the first one if its distance
/// is known.
/// </summary>
/// <param name="source">Measures.</param>
/// <param name="newSocket">Creates sockets, possibly in another network namespace.</param>
/// <param name="prepare">Prepares each socket before it is armed; null where there is nothing to prepare.</param>
/// <param name="disarm">Whether the measuring is taken off after the reading.</param>
internal sealed class SingleConnect(ITtlSource source, Func<AddressFamily, Socket> newSocket, Action<Socket>? prepare, bool disarm)
{
    /// <exception cref="SocketException">No connection.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DialedSocket> RunAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        DialedSocket first = await OnceAsync(endPoint, cancellationToken).ConfigureAwait(false);
        if (first.Distance is not null)
        {
            return first;
        }

        try
        {
            return Better(first, await OnceAsync(endPoint, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (IsNoConnection(e))
        {
            return first;
        }
        catch
        {
            first.Discard();
            throw;
        }
    }

    /// <summary>The same, blocking the calling thread, and without the help of another one.</summary>
    /// <exception cref="SocketException">No connection, or none in time: <see cref="SocketError.TimedOut"/>.</exception>
    [SupportedOSPlatform("linux")]
    public DialedSocket Run(IPEndPoint endPoint, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        DialedSocket first = Once(endPoint, timeout);
        if (first.Distance is not null)
        {
            return first;
        }

        try
        {
            return Better(first, Once(endPoint, timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(start)));
        }
        catch (Exception e) when (IsNoConnection(e))
        {
            return first;
        }
        catch
        {
            first.Discard();
            throw;
        }
    }

    private static bool IsNoConnection(Exception e) => e is SocketException or OperationCanceledException;

    private static DialedSocket Better(DialedSocket first, DialedSocket second)
    {
        (second.Distance is null ? second : first).Discard();
        return second.Distance is null ? first : second;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DialedSocket> OnceAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        Socket socket = newSocket(endPoint.AddressFamily);
        try
        {
            prepare?.Invoke(socket);
            Arming.Arm(source, socket);
            long start = Stopwatch.GetTimestamp();
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return Read(socket, endPoint, start);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [SupportedOSPlatform("linux")]
    private DialedSocket Once(IPEndPoint endPoint, TimeSpan timeout)
    {
        Socket socket = newSocket(endPoint.AddressFamily);
        try
        {
            prepare?.Invoke(socket);
            Arming.Arm(source, socket);
            long start = Stopwatch.GetTimestamp();
            BlockingConnect.Run(socket, endPoint, timeout);
            return Read(socket, endPoint, start);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private DialedSocket Read(Socket socket, IPEndPoint endPoint, long start)
    {
        TimeSpan connectTime = Stopwatch.GetElapsedTime(start);
        // The connect has succeeded: the kernel need not be asked again.
        byte receivedTtl = source.Read(socket);
        if (disarm)
        {
            source.Disarm(socket);
        }

        return new(socket, endPoint, receivedTtl == 0 ? null : HopDistance.FromReceivedTtl(receivedTtl), connectTime);
    }
}
