using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Targets;
using Hops.Probing;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Measures TCP targets by extra connections (<see cref="MinimumTtlProbe"/>), which needs no right.</summary>
/// <param name="prepare">Prepares each socket before it connects.</param>
internal sealed class TcpProbing(Action<Socket>? prepare) : IMethod
{
    public Reading Measure(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted) =>
        EachAddress.Try(addresses, target.Port, timeout, (endPoint, share) => MeasureAsync(endPoint, share, interrupted).GetAwaiter().GetResult());

    private async Task<Reading> MeasureAsync(IPEndPoint endPoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        ProbeResult result = await MinimumTtlProbe.MeasureAsync(endPoint, timeout, prepare, cancellationToken).ConfigureAwait(false);
        return result.Outcome switch
        {
            ProbeOutcome.Measured or ProbeOutcome.Contradictory => new Reading(HopSource.MinimumTtl, endPoint, Stopwatch.GetElapsedTime(start), result.Distance)
            {
                Connections = result.Connections,
                WhyUnknown = "the probing connections contradicted each other, so several hosts answer there, or the route changed",
            },
            ProbeOutcome.Refused => throw new SocketException((int)SocketError.ConnectionRefused),
            ProbeOutcome.Unreachable => throw new SocketException((int)SocketError.HostUnreachable),
            ProbeOutcome.Silent => throw new SocketException((int)SocketError.TimedOut),
            _ => throw new UnreachableException(),
        };
    }
}
