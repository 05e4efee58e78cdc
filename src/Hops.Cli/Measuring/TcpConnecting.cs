using System.Net;
using System.Net.Sockets;
using Hops.Cli.Output;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>Measures the connection that it makes, with the source that was asked for, or the best one that this user may use.</summary>
/// <param name="source">Null for the best.</param>
internal sealed class TcpConnecting(HopSource? source) : IMethod
{
    // Opened by the first target that needs it.
    private readonly Lazy<(HopMeter? Meter, IReadOnlyList<HopSourceRefusal> Refusals)> _opened = new(() => Open(source));

    /// <summary>Why there is no better source; empty before the first target.</summary>
    public IReadOnlyList<HopSourceRefusal> Refusals => _opened.IsValueCreated ? _opened.Value.Refusals : [];

    // Who names a source wants no other one, whatever that could do.
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

        HopDialer dialer = new(meter, new() { ConnectTimeout = timeout });
        using HopConnection connection = dialer.Connect(measurable, target.Port);
        return new Reading(meter.Source, connection.RemoteEndPoint, connection.ConnectTime, connection.Distance)
        {
            WhyUnknown = meter.Source == HopSource.SocketOption
                ? "twice a second packet came before the first could be read: a server that speaks first needs another source"
                : "twice the answers contradicted each other, or were overwritten",
        };
    }

    /// <summary>What to add to the failure of a host of which only the IPv6 addresses were tried.</summary>
    public Failure Untried(Failure failure) =>
        failure with { Message = $"{failure.Message}; its IPv4 addresses were not tried: IPv4 cannot be measured here yet", Remedy = Ipv4Remedy };

    /// <summary>What lets this user measure IPv4 from then on: what the shared filter wants, which needs the least rights.</summary>
    public static string PermanentRemedy(IReadOnlyList<HopSourceRefusal> refusals) => refusals.First(static refusal => refusal.Source == HopSource.PinnedFilter).Remedy;

    private string Ipv4Remedy => $"measure it without any right by 'hops --source minimum-ttl', or once: {PermanentRemedy(Refusals)} (see 'hops doctor')";

    private Failure Unavailable()
    {
        HopSourceRefusal first = Refusals[0];
        return new Failure(
            FailureKind.NotPermitted,
            source is { } named ? $"the source {SourceName.Of(named)} cannot be used here" : "hop distances cannot be measured here",
            $"{first.Reason} (remedy: {first.Remedy})");
    }

    private Failure NothingMeasurable(Target target) =>
        source is { } named ? new Failure(FailureKind.NoAddress, $"no IPv6 address, and the source {SourceName.Of(named)} measures IPv6 only")
        : target.Family == AddressFamily.Unspecified && !IPAddress.TryParse(target.Host, out _)
        ? new Failure(FailureKind.NotPermitted, "it has only IPv4 addresses, and IPv4 cannot be measured here yet", Ipv4Remedy)
        : new Failure(FailureKind.NotPermitted, "IPv4 cannot be measured here yet", Ipv4Remedy);

    private static (HopMeter? Meter, IReadOnlyList<HopSourceRefusal> Refusals) Open(HopSource? source)
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
