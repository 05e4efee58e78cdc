using System.Buffers;
using System.Net.Sockets;

namespace Hops.Guard.Forwarding;

/// <summary>Joins two connections: bytes that arrive at one are sent on the other, until both directions have ended.</summary>
internal static class Relay
{
    private const int BufferSize = 64 * 1024;

    private static readonly LingerOption AtOnce = new(enable: true, seconds: 0);

    /// <summary>Ends when both directions have: the end of one is passed on, and the other goes on. A connection that was reset resets the other.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; both connections are to be closed.</exception>
    public static async Task RunAsync(Socket one, Socket other, CancellationToken cancellationToken)
    {
        // When one direction fails there is nothing left of the other.
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bool[] whole = await Task.WhenAll(CopyAsync(one, other, end), CopyAsync(other, one, end)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (whole.Contains(false))
        {
            Reset(one);
            Reset(other);
        }
    }

    /// <summary>Makes the next close of the socket a reset, so that the other end does not take it for an ordinary close.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = AtOnce;
            socket.Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    /// <returns>Whether it came to its end.</returns>
    private static async Task<bool> CopyAsync(Socket from, Socket to, CancellationTokenSource end)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (await from.ReceiveAsync(buffer, end.Token).ConfigureAwait(false) is > 0 and var length)
            {
                for (int sent = 0; sent < length;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), end.Token).ConfigureAwait(false);
                }
            }

            to.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            await end.CancelAsync().ConfigureAwait(false);
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
