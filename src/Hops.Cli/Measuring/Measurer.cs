using System.Net.Sockets;
using Ebpf;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>Connects to targets and turns all that can happen into a <see cref="Measurement"/>.</summary>
/// <param name="meter">Null when this machine cannot measure.</param>
/// <param name="notPermitted">Then, why.</param>
/// <param name="parser">Reads the targets.</param>
/// <param name="timeout">For each connect.</param>
internal sealed class Measurer(HopMeter? meter, string? notPermitted, TargetParser parser, TimeSpan timeout)
{
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public async Task<Measurement> MeasureAsync(string text, int attempt, CancellationToken cancellationToken)
    {
        Measurement measurement = new() { Target = text, Attempt = attempt, Time = DateTimeOffset.UtcNow };
        if (!parser.TryParse(text, out Target? target, out string? error))
        {
            return measurement with { Failure = new Failure(FailureKind.InvalidTarget, $"not a target: {error}") };
        }

        if (meter is null)
        {
            return measurement with { Failure = new Failure(FailureKind.NotPermitted, notPermitted!) };
        }

        try
        {
            HopDialer dialer = new(meter, new() { ConnectTimeout = timeout, AddressFamily = target.Family });
            using HopConnection connection = await dialer.ConnectAsync(target.Host, target.Port, cancellationToken).ConfigureAwait(false);
            return measurement with
            {
                Time = DateTimeOffset.UtcNow,
                RemoteEndPoint = connection.RemoteEndPoint,
                ConnectTime = connection.ConnectTime,
                Source = meter.Source,
                Distance = connection.Distance,
                Failure = connection.Distance is null
                    ? new Failure(FailureKind.Unmeasured, $"connected to {connection.RemoteEndPoint}, but its distance is unknown: the answers contradicted each other, or were overwritten")
                    : null,
            };
        }
        catch (Exception e) when (e is SocketException or BpfException or NotSupportedException)
        {
            return measurement with { Time = DateTimeOffset.UtcNow, Failure = Explain(e) };
        }
    }

    private static Failure Explain(Exception e) => e switch
    {
        SocketException socket => new Failure(KindOf(socket.SocketErrorCode), TargetParser.Printable(socket.Message)),
        // The source measures another family.
        NotSupportedException => new Failure(FailureKind.NoAddress, TargetParser.Printable(e.Message.TrimEnd('.'))),
        _ => new Failure(FailureKind.NotPermitted, e.Message),
    };

    private static FailureKind KindOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => FailureKind.Refused,
        SocketError.TimedOut => FailureKind.Timeout,
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoRecovery => FailureKind.Unresolved,
        SocketError.NoData => FailureKind.NoAddress,
        _ => FailureKind.Unreachable,
    };
}
