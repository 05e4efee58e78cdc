using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Sends a datagram and measures whatever comes back from that address and port. Needs no right.</summary>
/// <param name="payload">What to send; null for a query of the DNS.</param>
/// <param name="prepare">Prepares each socket before it connects.</param>
internal sealed class UdpAsking(byte[]? payload, Action<Socket>? prepare = null) : IMethod
{
    /// <summary>The longest that fits into a datagram of IPv4 (RFC 768 and RFC 791).</summary>
    public const int LongestPayload = ushort.MaxValue - 20 - 8;

    /// <summary>Datagrams get lost, the question or the answer: asked at once, and after one and two thirds of the time.</summary>
    private const int Attempts = 3;

    public Reading Measure(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted) =>
        EachAddress.Try(addresses, target.Port, timeout, (endPoint, share) => MeasureAsync(endPoint, share, interrupted).GetAwaiter().GetResult());

    private async Task<Reading> MeasureAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using Socket socket = new(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        prepare?.Invoke(socket);
        socket.ReportHops();
        // Connected: the kernel lets in only what comes from there, and tells of refusals.
        await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
        byte[] question = payload ?? RootNameServersQuery();
        byte[] answer = new byte[1];
        long start = Stopwatch.GetTimestamp();
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(timeout / Attempts);
            try
            {
                await socket.SendAsync(question, patience.Token).ConfigureAwait(false);
                Datagram datagram = await socket.ReceiveDatagramAsync(answer, null, patience.Token).ConfigureAwait(false);
                return new Reading(HopSource.Datagram, endPoint, Stopwatch.GetElapsedTime(start), datagram.Distance)
                {
                    WhyUnknown = "the kernel passed no TTL with the answer",
                };
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Once more.
            }
        }

        throw new SocketException((int)SocketError.TimedOut);
    }

    /// <summary>Who are the name servers of the root? (RFC 1035, section 4.1; RFC 8109.) Any server of the DNS answers that, if only to refuse.</summary>
    public static byte[] RootNameServersQuery()
    {
        byte[] query =
        [
            0, 0,       // identity
            0x01, 0,    // recursion desired
            0, 1, 0, 0, 0, 0, 0, 0,
            0,          // the root
            0, 2, 0, 1, // NS, IN
        ];
        // No forger is kept out by it: the socket is connected, and what answers is not believed, only measured.
        BinaryPrimitives.WriteUInt16BigEndian(query, (ushort)Random.Shared.Next(1 << 16));
        return query;
    }
}
