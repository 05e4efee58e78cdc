using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Cli.Output;
using Hops.Cli.Targets;
using Hops.Probing;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Measures TCP targets by a connection, with an explicit source or the best one that this user may use.</summary>
/// <param name="source">The source; null for the best.</param>
/// <param name="prepare">Prepares each socket before it connects.</param>
internal sealed class TcpConnecting(HopMeterSource? source, Action<Socket>? prepare) : IMethod
{
    // The first target that needs a meter opens it.
    private readonly Lazy<(HopMeter? Meter, IReadOnlyList<HopSourceRefusal> Refusals)> _opened = new(() => Open(source));

    public IReadOnlyList<HopSourceRefusal> Refusals => _opened.IsValueCreated ? _opened.Value.Refusals : [];

    // An explicit source has no fallback.
    public bool LeavesOut(IPAddress[] addresses) =>
        source is null && addresses.Length > 0 && _opened.Value.Meter is { } meter && addresses.Any(address => !meter.Measures(address.AddressFamily));

    public Reading Measure(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted)
    {
        if (_opened.Value.Meter is not { } meter)
        {
            throw new FailureException(Unavailable());
        }

        IPAddress[] measurable = [.. addresses.Where(address => meter.Measures(address.AddressFamily))];
        if (measurable.Length == 0)
        {
            throw new FailureException(NothingMeasurable(target));
        }

        HopDialer dialer = new(meter, new() { ConnectTimeout = timeout, PrepareSocket = prepare });
        using HopConnection connection = dialer.Connect(measurable, target.Port);
        return new Reading(meter.Source, connection.RemoteEndPoint, connection.ConnectTime, connection.Distance)
        {
            WhyUnknown = meter.Source == HopSource.SocketOption
                ? "twice, a second packet arrived before the first could be read: a server that sends first needs another source"
                : "twice, the answers contradicted each other or were overwritten",
        };
    }

    public Reading? MeasureRefusal(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted)
    {
        // The shared filter reads no RSTs, and a process that needs it may load no filter.
        if (_opened.Value.Meter?.Source != HopSource.SocketFilter || timeout <= TimeSpan.Zero)
        {
            return null;
        }

        try
        {
            return EachAddress.Try(addresses, target.Port, timeout, (endPoint, share) => RefusalOf(endPoint, share, interrupted));
        }
        catch (Exception e) when (e is SocketException or BpfException or NotSupportedException or HopMeterUnavailableException or FailureException)
        {
            return null;
        }
    }

    private Reading RefusalOf(IPEndPoint endPoint, TimeSpan timeout, CancellationToken interrupted)
    {
        long start = Stopwatch.GetTimestamp();
        HopDistance? distance = RefusalProbe.MeasureAsync(endPoint, timeout, prepare, interrupted).GetAwaiter().GetResult();
        return distance is null
            ? throw new SocketException((int)SocketError.ConnectionRefused)
            : new Reading(HopSource.SocketFilter, endPoint, Stopwatch.GetElapsedTime(start), distance);
    }

    /// <summary>Adds to the failure of a host that its IPv4 addresses were not tried.</summary>
    public Failure Untried(Failure failure) =>
        failure with { Message = $"{failure.Message}; its IPv4 addresses were not tried: IPv4 cannot be measured here yet", Remedy = Ipv4Remedy };

    private string Ipv4Remedy => $"measure it without rights by 'hops --source minimum-ttl', or do this once: {Advice.ForIpv4(Refusals)} (see 'hops doctor')";

    private Failure Unavailable() => new(
        FailureKind.NotPermitted,
        source is { } named ? $"the source {SourceName.Of((HopSource)named)} cannot be used here" : "hop distances cannot be measured here",
        Advice.ReasonAndRemedy(Refusals[0]));

    private Failure NothingMeasurable(Target target) =>
        source is { } named ? new Failure(FailureKind.NoAddress, $"no IPv6 address, and the source {SourceName.Of((HopSource)named)} measures IPv6 only")
        : target.Family == AddressFamily.Unspecified && !IPAddress.TryParse(target.Host, out _)
        ? new Failure(FailureKind.NotPermitted, "it has only IPv4 addresses, and IPv4 cannot be measured here yet", Ipv4Remedy)
        : new Failure(FailureKind.NotPermitted, "IPv4 cannot be measured here yet", Ipv4Remedy);

    private static (HopMeter? Meter, IReadOnlyList<HopSourceRefusal> Refusals) Open(HopMeterSource? source)
    {
        try
        {
            HopMeter meter = source is { } named ? HopMeter.Open(named) : HopMeter.Open();
            return (meter, meter.Refusals);
        }
        catch (HopMeterUnavailableException e)
        {
            return (null, e.Refusals);
        }
    }
}
