using System.Net;
using System.Net.Sockets;

namespace Hops.Probing;

/// <summary>
/// The hop distance of a TCP server by connections made for that purpose, without eBPF and without any capability. Each asks one question: is the TTL of the answer
/// at least so much (<c>IP_MINTTL</c>, <c>IPV6_MINHOPCOUNT</c>)? The kernel completes the connect, or drops the answer and counts that, within one round trip.
/// Up to 24 connections in three rounds tell every TTL from 1 to 255 exactly. Linux 4.12.
/// </summary>
/// <remarks>
/// It measures <em>other</em> connections than the one that will be used: where several hosts answer for one address, or somebody means to deceive, they may end
/// elsewhere. So it is for looking, not for deciding. Each answer that is dropped leaves the server a half-open connection for about a second.
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man7/ip.7.html"/>
public static class MinimumTtlProbe
{
    /// <summary>More connections are never made for one measurement.</summary>
    public const int MostConnections = 24;

    private const int HighestTtl = 255;

    // 255 values in eight parts of 32, those in eight of 4, those in four of 1.
    private static readonly int[] PartSizes = [32, 4, 1];

    // The last questions decide, so each is asked three times: hosts that take turns are likelier to contradict each other.
    private const int LastRepeats = 3;

    /// <summary>Measures the distance of whoever answers at an address and port.</summary>
    /// <param name="endPoint">The server. An IPv4-mapped address is reached over IPv4.</param>
    /// <param name="timeout">How long each of the three rounds may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not positive.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    /// <exception cref="SocketException">This process cannot make such sockets.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static Task<ProbeResult> MeasureAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        MeasureAsync(endPoint, timeout, static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp), cancellationToken);

    /// <param name="endPoint">The server.</param>
    /// <param name="timeout">For each round.</param>
    /// <param name="newSocket">Makes sockets: where they are made decides in which network they are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<ProbeResult> MeasureAsync(IPEndPoint endPoint, TimeSpan timeout, Func<AddressFamily, Socket> newSocket, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Only Linux counts the packets that a socket's least TTL keeps away.");
        }

        IPEndPoint target = endPoint.Address.IsIPv4MappedToIPv6 ? new(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
        // The TTL is at least what a completed connection asked for, and below what a dropped one did.
        int least = 0;
        int beyond = HighestTtl + 1;
        int connections = 0;
        foreach (int size in PartSizes)
        {
            // In the first round also 0, which every answer reaches: without it nobody may be there at all.
            int[] thresholds = [.. (connections == 0 ? (int[])[0] : []), .. Divide(least, beyond, size)];
            (int Threshold, Answer Answer)[] round = await AskAsync(target, newSocket, thresholds, size == 1 ? LastRepeats : 1, timeout, cancellationToken).ConfigureAwait(false);
            connections += round.Length;
            if (round.Any(static probe => probe.Answer == Answer.None))
            {
                return new ProbeResult(ProbeOutcome.Silent, null, connections);
            }

            if (round.Any(static probe => probe.Answer == Answer.Refused))
            {
                // A refusal that came from too far away was dropped like any other answer.
                bool isRefused = connections == round.Length && round[0].Answer == Answer.Refused;
                return new ProbeResult(isRefused ? ProbeOutcome.Refused : ProbeOutcome.Contradictory, null, connections);
            }

            least = round.Where(static probe => probe.Answer == Answer.Completed).Select(static probe => probe.Threshold).Append(least).Max();
            beyond = round.Where(static probe => probe.Answer == Answer.Dropped).Select(static probe => probe.Threshold).Append(beyond).Min();
        }

        // No packet arrives with a TTL of 0.
        return least > 0 && beyond == least + 1
            ? new ProbeResult(ProbeOutcome.Measured, new HopDistance(least), connections)
            : new ProbeResult(ProbeOutcome.Contradictory, null, connections);
    }

    private enum Answer
    {
        None,
        Completed,
        Dropped,
        Refused,
    }

    private static IEnumerable<int> Divide(int least, int beyond, int size)
    {
        for (int threshold = least + size - (least % size); threshold < beyond; threshold += size)
        {
            yield return threshold;
        }
    }

    private static async Task<(int Threshold, Answer Answer)[]> AskAsync(
        IPEndPoint target, Func<AddressFamily, Socket> newSocket, int[] thresholds, int repeats, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(timeout);
        (int Threshold, Answer Answer)[] answers = await Task.WhenAll(
            Enumerable.Range(0, repeats).SelectMany(_ => thresholds).Select(async threshold => (threshold, await AskAsync(target, newSocket, threshold, stop.Token).ConfigureAwait(false))))
            .ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return answers;
    }

    private static async Task<Answer> AskAsync(IPEndPoint target, Func<AddressFamily, Socket> newSocket, int threshold, CancellationToken stop)
    {
        using ProbeSocket probe = new(newSocket(target.AddressFamily), threshold);
        Task connect = probe.ConnectAsync(target, stop);
        for (TimeSpan pause = TimeSpan.FromMilliseconds(1); !connect.IsCompleted && !probe.HasDropped; pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 1.5, 20)))
        {
            await Task.WhenAny(connect, Task.Delay(pause, CancellationToken.None)).ConfigureAwait(false);
        }

        if (!connect.IsCompleted)
        {
            // Closing the socket ends the connect, whose exception nobody wants.
            probe.Dispose();
            await connect.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Answer.Dropped;
        }

        try
        {
            await connect.ConfigureAwait(false);
            return Answer.Completed;
        }
        catch (OperationCanceledException)
        {
            return Answer.None;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.TimedOut ? Answer.None : Answer.Refused;
        }
    }
}
