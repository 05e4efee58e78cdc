using System.Net;
using System.Net.Sockets;

namespace Hops.Probing;

/// <summary>
/// The hop distance of a TCP server by connections made for that purpose, without eBPF and without any capability. Each asks one question: is the TTL of the
/// answer at least so much (<c>IP_MINTTL</c>, <c>IPV6_MINHOPCOUNT</c>)? The kernel completes the connect, or drops the answer and counts that, within one round
/// trip. Up to 24 connections in four rounds tell every TTL from 1 to 255 exactly. Linux 4.12.
/// </summary>
/// <remarks>
/// It measures <em>other</em> connections than the one that will be used: where several hosts answer for one address, or somebody means to deceive, they may
/// end elsewhere. So it is for looking, not for deciding. Each answer that is dropped leaves the server a half-open connection for about a second.
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man7/ip.7.html"/>
public static class MinimumTtlProbe
{
    /// <summary>More connections are never made for one measurement.</summary>
    public const int MaximumConnections = 24;

    /// <summary>
    /// How many connections say that the TTL is at least so much, and how many that it is not more, before a distance is told: hosts that take turns are then
    /// likely to contradict each other. More would not fit into <see cref="MaximumConnections"/>.
    /// </summary>
    internal const int Confirmations = 4;

    private const int HighestTtl = 255;

    // 255 values in eight parts of 32, those in eight of 4, those in four of 1: 8, 7 and 3 connections, which leaves 6 to confirm what they found.
    private static readonly int[] PartSizes = [32, 4, 1];

    /// <summary>Measures the distance of whoever answers at an address and port.</summary>
    /// <param name="endPoint">The server. An IPv4-mapped address is reached over IPv4.</param>
    /// <param name="timeout">How long it may take in all. It takes four round trips.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not positive.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    /// <exception cref="SocketException">
    /// This host did not let the connections be made: a firewall of its own (<see cref="SocketError.AccessDenied"/>), no free port
    /// (<see cref="SocketError.AddressNotAvailable"/>), or no free descriptor.
    /// </exception>
    /// <exception cref="NotSupportedException">The sockets know no least TTL: Multipath TCP is forced upon this program.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static Task<ProbeResult> MeasureAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        MeasureAsync(endPoint, timeout, static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp), cancellationToken);

    /// <summary>The same, with sockets that are prepared before they connect.</summary>
    /// <param name="endPoint">As above.</param>
    /// <param name="timeout">As above.</param>
    /// <param name="prepareSocket">
    /// Called once for each new socket, such as to bind it to an address or an interface. It must leave the socket unconnected. What it throws closes the
    /// sockets and ends the measurement as it is.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <inheritdoc cref="MeasureAsync(IPEndPoint, TimeSpan, CancellationToken)"/>
    public static Task<ProbeResult> MeasureAsync(
        IPEndPoint endPoint, TimeSpan timeout, Action<Socket>? prepareSocket, CancellationToken cancellationToken = default) => prepareSocket is null
        ? MeasureAsync(endPoint, timeout, cancellationToken)
        : MeasureAsync(endPoint, timeout, family => NewSocket(family, prepareSocket), cancellationToken);

    /// <param name="endPoint">The server.</param>
    /// <param name="timeout">For all rounds together.</param>
    /// <param name="newSocket">Makes sockets: where they are made decides in which network they are.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async Task<ProbeResult> MeasureAsync(
        IPEndPoint endPoint, TimeSpan timeout, Func<AddressFamily, Socket> newSocket, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Only Linux counts the packets that a socket's least TTL keeps away.");
        }

        IPEndPoint target = endPoint.Address.IsIPv4MappedToIPv6 ? new(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(timeout);
        try
        {
            return await MeasureAsync(new ProbeRound(target, newSocket), stop.Token).ConfigureAwait(false);
        }
        finally
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task<ProbeResult> MeasureAsync(ProbeRound round, CancellationToken stop)
    {
        // At first also 0, which every answer reaches: without it nobody may be there at all.
        ProbeAnswer anyone = ProbeAnswer.None;
        int[] thresholds = [0, .. Divide(0, HighestTtl + 1, PartSizes[0])];
        List<(int Threshold, ProbeAnswer Answer)> answers = [];
        for (int next = 1; ; next++)
        {
            (int Threshold, ProbeAnswer Answer)[] latest = await round.AskAsync(thresholds, stop).ConfigureAwait(false);
            answers.AddRange(latest);
            anyone = answers[0].Answer;
            if (anyone is ProbeAnswer.Refused or ProbeAnswer.Unreachable)
            {
                return Without(anyone == ProbeAnswer.Refused ? ProbeOutcome.Refused : ProbeOutcome.Unreachable);
            }

            if (latest.Any(static probe => probe.Answer == ProbeAnswer.None))
            {
                return Without(ProbeOutcome.Silent);
            }

            // The TTL is at least what a completed connection asked for, and below what a dropped one did.
            int least = answers.Where(static probe => probe.Answer == ProbeAnswer.Completed).Select(static probe => probe.Threshold).DefaultIfEmpty(0).Max();
            int beyond = answers
                .Where(static probe => probe.Answer == ProbeAnswer.Dropped)
                .Select(static probe => probe.Threshold)
                .DefaultIfEmpty(HighestTtl + 1)
                .Min();
            // Refused after others were not, or no TTL that fits: no packet arrives with one of 0.
            if (latest.Any(static probe => probe.Answer is ProbeAnswer.Refused or ProbeAnswer.Unreachable) || beyond <= Math.Max(least, 1))
            {
                return Without(ProbeOutcome.Contradictory);
            }

            int missingAtLeast = Confirmations - answers.Count(probe => probe == (least, ProbeAnswer.Completed));
            int missingBeyond = beyond > HighestTtl ? 0 : Confirmations - answers.Count(probe => probe == (beyond, ProbeAnswer.Dropped));
            if (next < PartSizes.Length)
            {
                thresholds = [.. Divide(least, beyond, PartSizes[next])];
            }
            else if (missingAtLeast > 0 || missingBeyond > 0)
            {
                // Equal questions side by side: hosts that take turns give them different answers.
                thresholds = [.. Enumerable.Repeat(least, Math.Max(missingAtLeast, 0)), .. Enumerable.Repeat(beyond, Math.Max(missingBeyond, 0))];
            }
            else
            {
                return new ProbeResult(ProbeOutcome.Measured, HopDistance.FromReceivedTtl(least), answers.Count);
            }
        }

        ProbeResult Without(ProbeOutcome outcome) => new(outcome, null, answers.Count);
    }

    private static Socket NewSocket(AddressFamily family, Action<Socket> prepare)
    {
        Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            prepare(socket);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static IEnumerable<int> Divide(int least, int beyond, int size)
    {
        for (int threshold = least + size - (least % size); threshold < beyond; threshold += size)
        {
            yield return threshold;
        }
    }
}
