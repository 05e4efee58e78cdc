using System.Net;
using System.Net.Sockets;

namespace Hops.Probing;

/// <summary>Makes several probing connections at the same time.</summary>
/// <param name="target">The server.</param>
/// <param name="newSocket">Makes sockets.</param>
internal sealed class ProbeRound(IPEndPoint target, Func<AddressFamily, Socket> newSocket)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes a connection for each threshold. All of them are closed at the end, also after an exception.</summary>
    /// <param name="thresholds">The minimum TTLs. If the connection with the threshold 0 is refused, the others are cancelled.</param>
    /// <param name="stop">Ends the waiting: connections without an answer by then have none.</param>
    /// <exception cref="SocketException">This host could not make a connection.</exception>
    /// <exception cref="NotSupportedException">The sockets cannot probe.</exception>
    public async Task<(int Threshold, ProbeAnswer Answer)[]> AskAsync(int[] thresholds, CancellationToken stop)
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        return await Task.WhenAll(thresholds.Select(async threshold =>
        {
            ProbeAnswer answer;
            try
            {
                answer = await AskAsync(threshold, enough.Token).ConfigureAwait(false);
            }
            catch
            {
                await enough.CancelAsync().ConfigureAwait(false);
                throw;
            }

            if (threshold == 0 && answer is ProbeAnswer.Refused or ProbeAnswer.Unreachable)
            {
                await enough.CancelAsync().ConfigureAwait(false);
            }

            return (threshold, answer);
        })).ConfigureAwait(false);
    }

    private async Task<ProbeAnswer> AskAsync(int threshold, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            return ProbeAnswer.None;
        }

        using ProbeSocket probe = new(newSocket(target.AddressFamily), threshold);
        Task connect = probe.ConnectAsync(target, stop);
        for (TimeSpan pause = ShortestPause;
            !connect.IsCompleted && !probe.HasDropped;
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 3 / 2, LongestPause.Ticks)))
        {
            await Task.WhenAny(connect, Task.Delay(pause, CancellationToken.None)).ConfigureAwait(false);
        }

        if (!connect.IsCompleted)
        {
            // Closing the socket ends the connect. Its exception is ignored.
            probe.Dispose();
            await connect.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ProbeAnswer.Dropped;
        }

        try
        {
            await connect.ConfigureAwait(false);
            return ProbeAnswer.Completed;
        }
        catch (OperationCanceledException)
        {
            return ProbeAnswer.None;
        }
        catch (SocketException e) when (AnswerOf(e.SocketErrorCode) is { } answer)
        {
            return answer;
        }
    }

    /// <returns>Null if the error came from this host, not from a packet.</returns>
    private static ProbeAnswer? AnswerOf(SocketError error) => error switch
    {
        SocketError.TimedOut => ProbeAnswer.None,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => ProbeAnswer.Refused,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown => ProbeAnswer.Unreachable,
        _ => null,
    };
}
