using System.Net;
using System.Net.Sockets;

namespace Hops.Probing;

/// <summary>Probing connections that are made at the same time.</summary>
/// <param name="target">The server.</param>
/// <param name="newSocket">Makes sockets.</param>
internal sealed class ProbeRound(IPEndPoint target, Func<AddressFamily, Socket> newSocket)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes a connection for each threshold. All of them are closed when this ends, however it ends.</summary>
    /// <param name="thresholds">The least TTLs to ask for. Where nobody answers to 0, nobody is waited for.</param>
    /// <param name="stop">Ends the waiting: who has not answered by then is silent.</param>
    /// <exception cref="SocketException">This host did not let one be made.</exception>
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
            // Closing the socket ends the connect, whose exception nobody wants.
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

    /// <returns>Null for what no packet said, but this host.</returns>
    private static ProbeAnswer? AnswerOf(SocketError error) => error switch
    {
        SocketError.TimedOut => ProbeAnswer.None,
        SocketError.ConnectionRefused or SocketError.ConnectionReset => ProbeAnswer.Refused,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown => ProbeAnswer.Unreachable,
        _ => null,
    };
}
