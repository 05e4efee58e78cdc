using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>Measures targets, and turns every outcome into a <see cref="Measurement"/>.</summary>
/// <param name="tcp">Measures targets of TCP.</param>
/// <param name="udp">Measures targets of UDP.</param>
/// <param name="parser">Reads the targets.</param>
/// <param name="timeout">The time for each target, including the look-up of its name.</param>
internal sealed class Measurer(IMethod tcp, IMethod udp, TargetParser parser, TimeSpan timeout)
{
    /// <summary>Gets the addresses of targets.</summary>
    public TargetAddresses Addresses { get; init; } = new([], null);

    /// <summary>Gets whether each address of a name is a result of its own.</summary>
    public bool IsEachAddressMeasured { get; init; }

    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public Measurement Measure(string text, int attempt, CancellationToken interrupted)
    {
        Measurement asked = new() { Text = text, Attempt = attempt, Time = default };
        if (!parser.TryParse(text, out Target? target, out string? error))
        {
            return Ended(asked, new Failure(FailureKind.InvalidTarget, $"not a target: {error}"));
        }

        IPAddress[] addresses;
        long start = Stopwatch.GetTimestamp();
        try
        {
            addresses = Addresses.Of(target, timeout, interrupted);
        }
        catch (Exception e) when (IsFailure(e))
        {
            return Ended(asked, Explain(e, target, []));
        }

        return IsEachAddressMeasured
            ? MeasureEach(asked, target, addresses, interrupted)
            : Measure(asked, target, addresses, timeout - Stopwatch.GetElapsedTime(start), interrupted);
    }

    /// <summary>Measures each address of a target. Each has the whole time, like a target of its own.</summary>
    private Measurement MeasureEach(Measurement asked, Target target, IPAddress[] addresses, CancellationToken interrupted)
    {
        List<Measurement> results = [];
        foreach (IPAddress address in addresses.Take(TargetAddresses.Most))
        {
            try
            {
                interrupted.ThrowIfCancellationRequested();
                Measurement of = asked with { Tried = new IPEndPoint(address, target.Port) };
                results.Add(Measure(of, target with { Host = address.ToString() }, [address], timeout, interrupted));
            }
            catch (OperationCanceledException) when (results.Count > 0)
            {
                // The results until then are still reported.
                break;
            }
        }

        return results[0] with { Others = results[1..] };
    }

    private Measurement Measure(Measurement asked, Target target, IPAddress[] addresses, TimeSpan left, CancellationToken interrupted)
    {
        IMethod method = target.Protocol == ProtocolType.Udp ? udp : tcp;
        long start = Stopwatch.GetTimestamp();
        try
        {
            Reading reading = left > TimeSpan.Zero
                ? method.Measure(target, addresses, left, interrupted)
                : throw new TimeoutException();
            return Ended(asked with { Reading = reading }, reading.Distance is null ? Unmeasured(reading) : null);
        }
        catch (Exception e) when (IsFailure(e))
        {
            Failure failure = Explain(e, target, addresses);
            if (failure.Kind == FailureKind.Refused
                && method.MeasureRefusal(target, addresses, left, interrupted) is { Distance: { } distance } refusal)
            {
                return Ended(asked with { Refusal = refusal }, failure with { Message = failure.Message + Refused(refusal, distance, addresses.Length > 1) });
            }

            return Ended(asked, failure.Remedy is null && method.LeavesOut(addresses) ? method.Untried(failure) : failure);
        }
    }

    private static bool IsFailure(Exception e) => e is SocketException or TimeoutException or BpfException or NotSupportedException or FailureException;

    private static Measurement Ended(Measurement asked, Failure? failure) => asked with { Time = DateTimeOffset.UtcNow, Failure = failure };

    // The text avoids "the target's distance", because a firewall on the way may have refused.
    private static string Refused(Reading refusal, HopDistance distance, bool isOneOfSeveral)
    {
        string doubt = distance.IsPlausible
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", implausible: TTL {distance.ReceivedTtl} of {distance.InitialTtl}");
        string from = isOneOfSeveral ? $" for {EndPointText.Of(refusal.RemoteEndPoint.Address)}" : "";
        string hops = distance.Hops == 1 ? "hop" : "hops";
        return string.Create(
            CultureInfo.InvariantCulture, $"; the machine that refused{from} is {distance.Hops} {hops} away ({SourceName.Of(refusal.Source)}, RST{doubt})");
    }

    private static Failure Unmeasured(Reading reading) =>
        new(FailureKind.Unmeasured, $"{EndPointText.Of(reading.RemoteEndPoint)} answered, but its distance is unknown: {reading.WhyUnknown}");

    private Failure Explain(Exception e, Target target, IPAddress[] addresses) => e switch
    {
        FailureException known => known.Failure,
        SocketException { SocketErrorCode: not SocketError.TimedOut } socket =>
            new Failure(KindOf(socket.SocketErrorCode), TerminalText.Escape(FailureText.Of(socket, addresses, Addresses.Prepare))),
        SocketException or TimeoutException => new Failure(FailureKind.Timeout, string.Create(
            CultureInfo.InvariantCulture, $"{TerminalText.Escape(target.Host)} port {target.Port} did not answer within {timeout.TotalSeconds} s")),
        // Sockets of Multipath TCP, for example, cannot be measured.
        _ => new Failure(FailureKind.NotPermitted, TerminalText.Escape(Advice.Message(e).TrimEnd('.'))),
    };

    private static FailureKind KindOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => FailureKind.Refused,
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoRecovery => FailureKind.Unresolved,
        SocketError.NoData => FailureKind.NoAddress,
        // Descriptors or memory: a limit of this process, not a failure of the network.
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => FailureKind.NotPermitted,
        _ => FailureKind.Unreachable,
    };
}
