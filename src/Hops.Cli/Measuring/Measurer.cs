using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>Measures targets and turns all that can happen into a <see cref="Measurement"/>.</summary>
/// <param name="tcp">Measures targets of TCP.</param>
/// <param name="udp">Measures targets of UDP.</param>
/// <param name="parser">Reads the targets.</param>
/// <param name="timeout">For each target, with the look-up of its name.</param>
internal sealed class Measurer(IMethod tcp, IMethod udp, TargetParser parser, TimeSpan timeout)
{
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public Measurement Measure(string text, int attempt, CancellationToken interrupted)
    {
        if (!parser.TryParse(text, out Target? target, out string? error))
        {
            return Ended(null, new Failure(FailureKind.InvalidTarget, $"not a target: {error}"), Credentials.Hide(text));
        }

        IMethod method = target.Protocol == ProtocolType.Udp ? udp : tcp;
        IPAddress[] addresses = [];
        long start = Stopwatch.GetTimestamp();
        try
        {
            addresses = HostAddresses.Resolve(target.Host, target.Family, timeout, interrupted);
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            Reading reading = left > TimeSpan.Zero
                ? method.Measure(target, addresses, left, interrupted)
                : throw new TimeoutException();
            return Ended(reading, reading.Distance is null ? Unmeasured(reading) : null);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or BpfException or NotSupportedException or FailureException)
        {
            Failure failure = Explain(e, target, addresses);
            return Ended(null, failure.Remedy is null && method.LeavesOut(addresses) ? method.Untried(failure) : failure);
        }

        Measurement Ended(Reading? reading, Failure? failure, string? shown = null) => new()
        {
            Target = shown ?? text,
            Attempt = attempt,
            Time = DateTimeOffset.UtcNow,
            Reading = reading,
            Failure = failure,
        };
    }

    private static Failure Unmeasured(Reading reading) =>
        new(FailureKind.Unmeasured, $"{EndPointText.Of(reading.RemoteEndPoint)} answered, but its distance is unknown: {reading.WhyUnknown}");

    private Failure Explain(Exception e, Target target, IPAddress[] addresses) => e switch
    {
        FailureException known => known.Failure,
        SocketException { SocketErrorCode: not SocketError.TimedOut } socket =>
            new Failure(KindOf(socket.SocketErrorCode), TerminalText.Escape(FailureText.Of(socket, addresses))),
        SocketException or TimeoutException => new Failure(FailureKind.Timeout, string.Create(
            CultureInfo.InvariantCulture, $"{TerminalText.Escape(target.Host)} port {target.Port} did not answer within {timeout.TotalSeconds} s")),
        // Multipath TCP, for one, takes no part in measuring.
        _ => new Failure(FailureKind.NotPermitted, TerminalText.Escape(Advice.Message(e).TrimEnd('.'))),
    };

    private static FailureKind KindOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => FailureKind.Refused,
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoRecovery => FailureKind.Unresolved,
        SocketError.NoData => FailureKind.NoAddress,
        // Descriptors or memory: this process's limits, not the network.
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => FailureKind.NotPermitted,
        _ => FailureKind.Unreachable,
    };
}
