using System.Diagnostics.Metrics;

namespace Hops.Guard.Telemetry;

/// <summary>The instruments of all guards of an application: made once, however often handlers are made anew. No tag has an address.</summary>
internal sealed class GuardMetrics
{
    public const string MeterName = "Hops.Guard";

    /// <summary>For guards without dependency injection.</summary>
    public static readonly GuardMetrics OfProcess = new(new Meter(MeterName));

    public GuardMetrics(IMeterFactory factory)
        : this(factory.Create(MeterName))
    {
    }

    private GuardMetrics(Meter meter)
    {
        Decisions = meter.CreateCounter<long>("hops.guard.decisions", "{decision}", "Connections and requests that a guard let through or refused.");
        Distance = meter.CreateHistogram<int>("hops.guard.distance", "{hop}", "How far away servers are.");
        Unguarded = meter.CreateCounter<long>("hops.guard.unguarded", "{connection}", "Connections of this process that no guard made, while it is watched for them.");
        Duration = meter.CreateHistogram<double>("hops.guard.measure.duration", "s", "How long connecting and measuring took.");
    }

    public Counter<long> Decisions { get; }

    public Counter<long> Unguarded { get; }

    public Histogram<int> Distance { get; }

    public Histogram<double> Duration { get; }
}
