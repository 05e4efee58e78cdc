using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Measures UDP targets: sends a datagram, and measures any answer from that address and port. Needs no right.</summary>
/// <param name="payload">The datagram; null for a DNS query.</param>
/// <param name="prepare">Prepares each socket before it connects.</param>
internal sealed class UdpAsking(byte[]? payload, Action<Socket>? prepare = null) : IMethod
{
    /// <summary>The length of the longest payload of an IPv4 datagram (RFC 768 and RFC 791).</summary>
    public const int LongestPayload = ushort.MaxValue - 20 - 8;

    /// <summary>How often the datagram is sent: at once, and after one third and two thirds of the time, because packets can get lost.</summary>
    private const int Attempts = 3;

    public Reading Measure(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted) =>
        EachAddress.Try(addresses, target.Port, timeout, (endPoint, share) => MeasureAsync(endPoint, share, interrupted).GetAwaiter().GetResult());

    private async Task<Reading> MeasureAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using Socket socket = new(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        prepare?.Invoke(socket);
        socket.ReportHops();
        // A connected socket receives only from its remote end, and reports refusals.
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
                // Send it again.
            }
        }

        throw new SocketException((int)SocketError.TimedOut);
    }

    /// <summary>
    /// Creates a query for the name servers of the root (RFC 1035, section 4.1; RFC 8109), which any DNS server answers, if only by a refusal.
    /// </summary>
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
        // The identity need not resist forgery: the socket is connected, and the content of the answer is not used.
        BinaryPrimitives.WriteUInt16BigEndian(query, (ushort)Random.Shared.Next(1 << 16));
        return query;
    }
}
