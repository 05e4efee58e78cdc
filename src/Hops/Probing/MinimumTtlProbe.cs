using System.Net;
using System.Net.Sockets;

namespace Hops.Probing;

/// <summary>
/// Measures the hop distance of a TCP server with connections made for that purpose, without eBPF and without any capability. Each connection tests whether the
/// TTL of the answer reaches a threshold (<c>IP_MINTTL</c>, <c>IPV6_MINHOPCOUNT</c>): the kernel completes the connect, or drops the answer and counts it,
/// within one round trip. Up to 24 connections in four rounds determine any TTL from 1 to 255 exactly. Linux 4.12.
/// </summary>
/// <remarks>
/// It measures <em>other</em> connections than the one that will be used. They may reach another host if several hosts answer for one address, or if an
/// attacker redirects them. Use the result for information, not for decisions. Each dropped answer leaves a half-open connection at the server for about a
/// second.
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man7/ip.7.html"/>
public static class MinimumTtlProbe
{
    /// <summary>The maximum number of connections for one measurement.</summary>
    public const int MaximumConnections = 24;

    /// <summary>
    /// The number of connections that must confirm each bound of the TTL, the lower and the upper one, before a distance is returned. If several hosts take
    /// turns, their answers are then likely to contradict each other. More would exceed <see cref="MaximumConnections"/>.
    /// </summary>
    internal const int Confirmations = 4;

    private const int HighestTtl = 255;

    // 255 values in eight parts of 32, those in eight of 4, those in four of 1: 8, 7 and 3 connections. The remaining 6 confirm the result.
    private static readonly int[] PartSizes = [32, 4, 1];

    /// <summary>Measures the distance of the server at an address and port.</summary>
    /// <param name="endPoint">The server. An IPv4-mapped address is reached over IPv4.</param>
    /// <param name="timeout">The limit for the whole measurement, which takes four round trips.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not positive.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    /// <exception cref="SocketException">
    /// This host could not make the connections: its own firewall refused them (<see cref="SocketError.AccessDenied"/>), or it has no free port
    /// (<see cref="SocketError.AddressNotAvailable"/>) or no free file descriptor.
    /// </exception>
    /// <exception cref="NotSupportedException">The sockets do not support a minimum TTL, because this program is forced to use Multipath TCP.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static Task<ProbeResult> MeasureAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        MeasureAsync(endPoint, timeout, static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp), cancellationToken);

    /// <summary>Measures the distance of the server at an address and port, with sockets that are prepared before they connect.</summary>
    /// <param name="endPoint">The server. An IPv4-mapped address is reached over IPv4.</param>
    /// <param name="timeout">The limit for the whole measurement, which takes four round trips.</param>
    /// <param name="prepareSocket">
    /// Called once for each new socket, such as to bind it to an address or an interface. It must leave the socket unconnected. An exception ends the
    /// measurement and reaches the caller unchanged.
    /// </param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <inheritdoc cref="MeasureAsync(IPEndPoint, TimeSpan, CancellationToken)"/>
    public static Task<ProbeResult> MeasureAsync(
        IPEndPoint endPoint, TimeSpan timeout, Action<Socket>? prepareSocket, CancellationToken cancellationToken = default) => prepareSocket is null
        ? MeasureAsync(endPoint, timeout, cancellationToken)
        : MeasureAsync(endPoint, timeout, family => NewSocket(family, prepareSocket), cancellationToken);

    /// <summary>Measures with sockets that come from a function, such as one that creates them in another network namespace.</summary>
    internal static async Task<ProbeResult> MeasureAsync(
        IPEndPoint endPoint, TimeSpan timeout, Func<AddressFamily, Socket> newSocket, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Only Linux counts the packets that the minimum TTL of a socket drops.");
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
        // The first round includes the threshold 0, which every answer reaches: without an answer to it the server may not exist at all.
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

            // The TTL is at least the threshold of a completed connection, and below that of a dropped one.
            int least = answers.Where(static probe => probe.Answer == ProbeAnswer.Completed).Select(static probe => probe.Threshold).DefaultIfEmpty(0).Max();
            int beyond = answers
                .Where(static probe => probe.Answer == ProbeAnswer.Dropped)
                .Select(static probe => probe.Threshold)
                .DefaultIfEmpty(HighestTtl + 1)
                .Min();
            // A connection was refused after others were not, or no TTL is possible: no packet arrives with a TTL of 0.
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
                // The same threshold several times in parallel: hosts that take turns answer differently.
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
