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
        Decisions = meter.CreateCounter<long>("hops.guard.decisions", "{decision}", "Connections and requests that a guard allowed or refused.");
        Distance = meter.CreateHistogram<int>("hops.guard.distance", "{hop}", "The distances of servers.");
        Unguarded = meter.CreateCounter<long>("hops.guard.unguarded", "{connection}", "Unguarded connections of this process, while a watch is on.");
        Duration = meter.CreateHistogram<double>("hops.guard.measure.duration", "s", "The duration of connecting and measuring.");
    }

    public Counter<long> Decisions { get; }

    public Counter<long> Unguarded { get; }

    public Histogram<int> Distance { get; }

    public Histogram<double> Duration { get; }
}
